/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Output of a cell as Jupyter's nbformat 4.5 knows it; texts are single strings in memory. */
export type Output = StreamOutput | DataOutput | ErrorOutput;

/** Text printed by a cell. */
export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: string;
}

/** A picture, table or value shown by a cell, in several forms by MIME type. */
export interface DataOutput {
  output_type: "display_data" | "execute_result";
  data: JsonObject;
  metadata: JsonObject;
  execution_count?: number | null;
}

/** An error that ended a cell. */
export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

/** A code cell. */
export interface CodeCell {
  id: string;
  cell_type: "code";
  metadata: JsonObject;
  source: string;
  outputs: Output[];
  execution_count: number | null;
}

/** A cell of text. */
export interface TextCell {
  id: string;
  cell_type: "markdown" | "raw";
  metadata: JsonObject;
  source: string;
  attachments?: JsonObject;
}

/** A cell of a notebook. */
export type Cell = CodeCell | TextCell;

/** A notebook of nbformat 4.5. The runner changes it in place while cells execute. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: JsonObject;
  cells: Cell[];
}

/** Whether `value` is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `key`, or an empty one that is not attached. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}
