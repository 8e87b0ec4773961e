import {
  type Cell,
  isJsonObject,
  type Json,
  type JsonObject,
  type Notebook,
  type Output,
} from "../document/notebook.js";
import { isSecretName, MASK } from "../parameters/secretNames.js";
import { FloatNumber, type Parameters, type ParameterValue } from "../parameters/value.js";

/** Shorter values are not searched for in outputs: they would hide ordinary words. */
const SHORTEST = 6;

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
    const long = [...values].filter((value) => value.length >= SHORTEST);
    // a value shown as JSON or by Python's repr has its quotes and line ends escaped
    const escaped = long.map((value) => JSON.stringify(value).slice(1, -1));
    this.#values = [...new Set([...long, ...escaped])].sort((a, b) => b.length - a.length);
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

  /**
   * A filter for text that comes in pieces: it holds back an end that may be the start of a secret
   * value until the next piece, or undefined for the end, shows.
   */
  stream(): (piece: string | undefined) => string {
    let held = "";
    return (piece) => {
      const text = held + (piece ?? "");
      const length = piece === undefined ? 0 : this.#unfinished(text);
      held = text.slice(text.length - length);
      return this.text(text.slice(0, text.length - length));
    };
  }

  /** Length of the longest end of `text` that starts a secret value without being one. */
  #unfinished(text: string): number {
    let longest = 0;
    for (const value of this.#values) {
      for (let length = Math.min(value.length - 1, text.length); length > longest; length--) {
        if (value.startsWith(text.slice(-length))) longest = length;
      }
    }
    return longest;
  }

  /** Parameters for the metadata, without secret values. */
  parameters(parameters: JsonObject): JsonObject {
    const result: JsonObject = {};
    for (const [name, value] of Object.entries(parameters)) {
      result[name] = this.hides(name) ? MASK : value;
    }
    return result;
  }

  /** A notebook whose outputs and metadata hold no secret value. */
  notebook(notebook: Notebook): Notebook {
    if (this.#values.length === 0) return notebook;
    const metadata = { ...notebook.metadata };
    for (const key of ["papermill", "widgets"]) {
      if (metadata[key] !== undefined) metadata[key] = this.#json(metadata[key]);
    }
    const cells = notebook.cells.map(
      (cell): Cell =>
        cell.cell_type === "code"
          ? { ...cell, outputs: cell.outputs.map((output) => this.output(output)) }
          : cell,
    );
    return { ...notebook, metadata, cells };
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
    return { ...output, data, metadata: this.#json(output.metadata) as JsonObject };
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
