import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { FileError } from "../../errors.js";
import { deriveCellIds } from "./cells.js";
import { isJsonObject, type Json, type JsonObject, type Notebook } from "./notebook.js";
import { notebookProblems } from "./schema.js";

/**
 * Reads a notebook and brings it to nbformat 4.5: cells get ids, texts become single strings.
 *
 * @param path file, or `-` for stdin
 * @throws FileError when it is missing, is not JSON, is older than nbformat 4 or breaks its rules
 */
export async function readNotebook(path: string): Promise<Notebook> {
  let content: string;
  try {
    content = path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "no such notebook" : `cannot be read (${code})`;
    throw new FileError(path, problem, { cause });
  }
  return parseNotebook(content, path);
}

/**
 * Reads a notebook from its JSON text.
 *
 * @param name what errors call it
 * @throws FileError as {@link readNotebook}
 */
export function parseNotebook(content: string, name: string): Notebook {
  let document: Json;
  try {
    document = JSON.parse(content);
  } catch (cause) {
    throw new FileError(name, `is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isJsonObject(document) || !("nbformat" in document)) {
    throw new FileError(name, "is not a notebook: nbformat is missing");
  }
  if (document.nbformat !== 4) {
    throw new FileError(name, `nbformat ${JSON.stringify(document.nbformat)}, expected 4`);
  }
  upgrade(document);
  const [problem] = notebookProblems(document);
  if (problem !== undefined) throw new FileError(name, `is not a valid notebook: ${problem}`);
  joinTexts(document);
  return document as unknown as Notebook;
}

/** Cells had no id before nbformat 4.5. */
function upgrade(document: JsonObject): void {
  const minor = typeof document.nbformat_minor === "number" ? document.nbformat_minor : 0;
  if (Array.isArray(document.cells)) {
    const cells = document.cells.filter(isJsonObject);
    for (const cell of cells) {
      if (minor < 5) delete cell.id;
      if (cell.cell_type === "code") {
        cell.outputs ??= [];
        cell.execution_count ??= null;
      }
    }
    deriveCellIds(cells);
  }
  document.nbformat_minor = Math.max(minor, 5);
}

function joinTexts(document: JsonObject): void {
  for (const cell of document.cells as JsonObject[]) {
    cell.source = joined(cell.source!);
    for (const output of (cell.outputs ?? []) as JsonObject[]) {
      if (output.text !== undefined) output.text = joined(output.text);
      if (isJsonObject(output.data)) {
        for (const [type, value] of Object.entries(output.data)) {
          if (!isJsonMime(type)) output.data[type] = joined(value);
        }
      }
    }
  }
}

/** Whether data of a MIME type is stored as JSON, not as text. */
export function isJsonMime(type: string): boolean {
  return /^application\/(.*\+)?json$/.test(type);
}

function joined(value: Json): Json {
  return Array.isArray(value) ? value.join("") : value;
}
