import { inspect } from "node:util";

/** One output in several forms: values by MIME type; binary ones base64 text or bytes. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Name of the method by which an object shows itself in a notebook. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** An object that shows itself in a notebook. */
export interface Displayable {
  [jupyterDisplay](): MimeBundle | Promise<MimeBundle>;
}

/** Outputs of the cell that runs; a kernel installs them under {@link cellOutputs}. */
export interface CellOutputs {
  show(value: unknown, id: string | undefined): void;
  clear(wait: boolean): void;
}

/** Key on `globalThis` of the kernel's {@link CellOutputs}: packages may be loaded twice. */
export const cellOutputs = Symbol.for("phenocover.outputs");

const host = globalThis as { [cellOutputs]?: CellOutputs };

/** Whether the code runs in a notebook, where outputs can be replaced. */
export function inNotebook(): boolean {
  return host[cellOutputs] !== undefined;
}

/**
 * Shows a value in the notebook: a picture, table or figure, a data frame, a MIME bundle such as
 * `{"text/html": "<b>x</b>"}`, or anything else as text. Outside a notebook the text form is
 * printed.
 *
 * @param options.id later calls of the same cell with this id replace the output in place
 */
export function display(value: unknown, options: { id?: string } = {}): void {
  const outputs = host[cellOutputs];
  if (outputs !== undefined) {
    outputs.show(value, options.id);
    return;
  }
  const bundle = bundleOf(value);
  if (bundle instanceof Promise) {
    void bundle.then(print);
  } else {
    print(bundle);
  }
}

/**
 * Removes the outputs of the running cell; does nothing outside a notebook.
 *
 * @param options.wait removes them only when the next output is there, without flicker
 */
export function clearOutput(options: { wait?: boolean } = {}): void {
  host[cellOutputs]?.clear(options.wait ?? false);
}

function print(bundle: MimeBundle): void {
  process.stdout.write(`${bundle["text/plain"] ?? `<${Object.keys(bundle).join(", ")}>`}\n`);
}

/** The MIME bundle by which a value is shown. */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isDisplayable(value)) return value[jupyterDisplay]();
  if (isMimeBundle(value)) return value;
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}

/** Whether the value has a method under `Symbol.for("Jupyter.display")`. */
export function isDisplayable(value: unknown): value is Displayable {
  return typeof (value as Displayable | null | undefined)?.[jupyterDisplay] === "function";
}

/** The bundle with bytes as base64 text, as the Jupyter protocol wants them. */
export function encodeBytes(bundle: MimeBundle): MimeBundle {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, data]) => [
      type,
      data instanceof Uint8Array ? Buffer.from(data).toString("base64") : data,
    ]),
  );
}

function isMimeBundle(value: unknown): value is MimeBundle {
  if (typeof value !== "object" || value === null) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const types = Object.keys(value);
  return types.length > 0 && types.every((type) => /^\w+\/[\w.+-]+$/.test(type));
}
