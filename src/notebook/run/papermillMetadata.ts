import { homedir } from "node:os";
import { basename, isAbsolute, relative, sep } from "node:path";
import {
  type Cell,
  isJsonObject,
  type Json,
  type JsonObject,
  type Notebook,
} from "../document/notebook.js";

/** State of a cell in papermill's metadata; `skipped` is ours, for cells that were not chosen. */
export type CellStatus = "pending" | "running" | "completed" | "failed" | "skipped";

/** A time as papermill writes it: ISO 8601 in UTC with microseconds. */
export function timestamp(time: Date): string {
  return time.toISOString().replace("Z", "000+00:00");
}

/** Papermill's record of a notebook, made when it is missing. */
export function papermillOf(holder: Notebook | Cell): JsonObject {
  const record = holder.metadata.papermill;
  if (isJsonObject(record)) return record;
  const made: JsonObject = {};
  holder.metadata.papermill = made;
  return made;
}

/** Gives a notebook the records that papermill writes before it executes anything. */
export function prepareRecords(
  notebook: Notebook,
  values: { input: string; output: string | null; version: string; parameters?: JsonObject },
): void {
  const record = papermillOf(notebook);
  record.default_parameters ??= {};
  record.environment_variables ??= {};
  record.parameters = values.parameters ?? record.parameters ?? {};
  record.version = values.version;
  record.input_path = portablePath(values.input);
  record.output_path = values.output === null ? null : portablePath(values.output);
  for (const cell of notebook.cells) cell.metadata.tags ??= [];
}

/** Marks the start of a run: nothing has an output, every cell is pending. */
export function startNotebook(notebook: Notebook, time: Date): void {
  const start = { start_time: timestamp(time), end_time: null, duration: null, exception: null };
  Object.assign(papermillOf(notebook), start);
  for (const cell of notebook.cells) {
    cell.metadata.papermill = {
      start_time: null,
      end_time: null,
      duration: null,
      exception: null,
      status: "pending",
    };
    if (cell.cell_type !== "code") continue;
    cell.outputs = [];
    cell.execution_count = null;
    delete cell.metadata.execution;
  }
}

/** Marks a cell as running. */
export function startCell(cell: Cell, time: Date): void {
  Object.assign(papermillOf(cell), {
    start_time: timestamp(time),
    status: "running",
    exception: false,
  });
}

/** Marks the end of a cell. */
export function endCell(cell: Cell, start: Date, time: Date, status: CellStatus): void {
  Object.assign(papermillOf(cell), {
    end_time: timestamp(time),
    duration: seconds(start, time),
    status,
    exception: status === "failed",
  });
}

/** Marks the end of a run. */
export function endNotebook(notebook: Notebook, start: Date, time: Date, failed: boolean): void {
  const record = papermillOf(notebook);
  record.end_time = timestamp(time);
  record.duration = seconds(start, time);
  if (failed) record.exception = true;
}

/** State of a cell as recorded by a run; undefined when none is. */
export function cellStatus(cell: Cell): Json | undefined {
  return isJsonObject(cell.metadata.papermill) ? cell.metadata.papermill.status : undefined;
}

function seconds(start: Date, end: Date): number {
  return (end.getTime() - start.getTime()) / 1000;
}

/**
 * A path that says nothing about this machine or its user: relative to the working folder, or the
 * bare name of what lies outside it.
 */
export function portablePath(path: string): string {
  if (!isAbsolute(path)) return path;
  const near = relative(process.cwd(), path);
  return near === "" || near.startsWith(`..${sep}`) || near === ".." ? basename(path) : near;
}

/** Parameters for the metadata, with paths made portable inside texts. */
export function portableParameters(value: Json): Json {
  if (typeof value === "string") {
    const folders: [string, string][] = [
      [`${process.cwd()}${sep}`, ""],
      [`${homedir()}${sep}`, `~${sep}`],
    ];
    return folders.reduce(
      (text, [folder, short]) => (folder.length > 2 ? text.replaceAll(folder, short) : text),
      value,
    );
  }
  if (Array.isArray(value)) return value.map(portableParameters);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) result[key] = portableParameters(item);
  return result;
}
