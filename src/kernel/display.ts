import { inspect } from "node:util";

/** One output in several forms: values by MIME type; binary ones base64 text or bytes. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Name of the method by which an object shows itself in a notebook. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** An object that shows itself in a notebook. */
export interface Displayable {
  [jupyterDisplay](): MimeBundle | Promise<MimeBundle>;
}

/** Receives what {@link display} shows; a kernel installs one under {@link displayChannel}. */
export type DisplayChannel = (bundle: MimeBundle, id: string | undefined) => void;

/** Key on `globalThis` of the kernel's {@link DisplayChannel}: packages may be loaded twice. */
export const displayChannel = Symbol.for("phenocover.display");

/**
 * Shows a value in the notebook: a displayable, a MIME bundle such as `{"text/html": "<b>x</b>"}`,
 * or anything else as text. Outside a kernel the text form is printed.
 *
 * @param options.id later calls of the same cell with this id replace the output in place
 */
export function display(value: unknown, options: { id?: string } = {}): void {
  const host = globalThis as { [displayChannel]?: DisplayChannel };
  const show = (bundle: MimeBundle): void => {
    const channel = host[displayChannel];
    if (channel === undefined) {
      process.stdout.write(`${bundle["text/plain"] ?? `<${Object.keys(bundle).join(", ")}>`}\n`);
    } else {
      channel(encodeBytes(bundle), options.id);
    }
  };
  const bundle = bundleOf(value);
  if (bundle instanceof Promise) {
    void bundle.then(show);
  } else {
    show(bundle);
  }
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
