import {
  type Cell,
  isJsonObject,
  type Json,
  type JsonObject,
  type Notebook,
  type Output,
} from "../document/notebook.js";
import { FloatNumber, type Parameters, type ParameterValue } from "../parameters/value.js";

const MASK = "********";

/** Shorter values are not searched for in outputs: they would hide ordinary words. */
const SHORTEST = 6;

/** Whether a name says that its value is a secret: token, secret, password, or a key at its end. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const last = words.at(-1);
  return (
    words.some((word) => /^(tokens?|secrets?|passwords?|passwd|passphrase|apikey)$/.test(word)) ||
    last === "key" ||
    last === "keys"
  );
}

/** Keeps secret values out of the documents that a run writes. */
export class SecretMask {
  readonly #values: readonly string[];

  /**
   * @param parameters of the run; secret are those in `names` and those named like secrets
   * @param environment whose variables named like secrets are hidden too
   */
  constructor(
    parameters: Parameters,
    readonly names: ReadonlySet<string>,
    environment: NodeJS.ProcessEnv,
  ) {
    const values = new Set<string>();
    for (const [name, value] of Object.entries(parameters)) {
      if (this.hides(name)) for (const text of texts(value)) values.add(text);
    }
    for (const [name, value] of Object.entries(environment)) {
      if (value !== undefined && isSecretName(name)) values.add(value);
    }
    this.#values = [...values]
      .filter((value) => value.length >= SHORTEST)
      .sort((a, b) => b.length - a.length);
  }

  /** Whether the value of a parameter must not be shown. */
  hides(name: string): boolean {
    return this.names.has(name) || isSecretName(name);
  }

  /** Text without secret values. */
  text(text: string): string {
    let result = text;
    for (const value of this.#values) {
      if (result.includes(value)) result = result.replaceAll(value, MASK);
    }
    return result;
  }

  /** Source of an injected cell, one assignment a line, without secret values. */
  source(source: string): string {
    return source.replace(/^((?:let )?([\w.]+)\s*=\s*).*$/gm, (line, head: string, name: string) =>
      this.hides(name) ? `${head}"${MASK}"` : line,
    );
  }

  /** Parameters for the metadata, without secret values. */
  parameters(parameters: JsonObject): JsonObject {
    const result: JsonObject = {};
    for (const [name, value] of Object.entries(parameters)) {
      result[name] = this.hides(name) ? MASK : value;
    }
    return result;
  }

  /** A notebook whose outputs hold no secret value. */
  notebook(notebook: Notebook): Notebook {
    if (this.#values.length === 0) return notebook;
    const cells = notebook.cells.map(
      (cell): Cell =>
        cell.cell_type === "code"
          ? { ...cell, outputs: cell.outputs.map((output) => this.output(output)) }
          : cell,
    );
    return { ...notebook, cells };
  }

  /** An output without secret values. */
  output(output: Output): Output {
    if (this.#values.length === 0) return output;
    if (output.output_type === "stream") return { ...output, text: this.text(output.text) };
    if (output.output_type === "error") {
      const traceback = output.traceback.map((line) => this.text(line));
      return { ...output, evalue: this.text(output.evalue), traceback };
    }
    const data: JsonObject = {};
    for (const [type, value] of Object.entries(output.data)) {
      data[type] =
        type.startsWith("image/") && type !== "image/svg+xml" ? value : this.#json(value);
    }
    return { ...output, data };
  }

  #json(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#json(item));
    if (!isJsonObject(value)) return value;
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(value)) result[key] = this.#json(item);
    return result;
  }
}

function texts(value: ParameterValue): string[] {
  if (value === null || value === undefined || typeof value === "boolean") return [];
  if (value instanceof FloatNumber) return [String(value.value)];
  if (typeof value === "object") return Object.values(value).flatMap(texts);
  return [String(value)];
}
