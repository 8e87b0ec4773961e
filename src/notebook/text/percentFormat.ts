import { parse, stringify } from "yaml";
import { FileError } from "../../errors.js";
import { deriveCellIds } from "../document/cells.js";
import {
  type Cell,
  isJsonObject,
  type JsonObject,
  type Notebook,
  objectAt,
} from "../document/notebook.js";
import { notebookProblems } from "../document/schema.js";
import { stripNotebook } from "../document/strip.js";
import { type CellMarker, isMarker, readMarker, writeMarker } from "./cellMarker.js";

const REPRESENTATION = { extension: ".ts", format_name: "percent", format_version: "1.3" };

/** What a marker says besides the cell's metadata, which stands apart where it has such a name. */
const RESERVED = ["id", "attachments", "metadata"];

/** Lines that would be taken for a marker, alone or behind comment signs, get one more sign. */
const LIKE_MARKER = /^(\s*\/\/)+\s*%%/;
const ESCAPED = /^\/\/ (\s*\/\/)+\s*%%/;

/**
 * A TypeScript notebook as a program in jupytext's percent format, without its outputs: metadata in
 * a comment at the top, a `// %%` line before every cell, text cells in comments. Cell ids are kept
 * in the markers, so that {@link notebookFromText} gives back exactly the stripped notebook.
 */
export function notebookToText(notebook: Notebook): string {
  const { metadata, cells } = stripNotebook(notebook);
  const jupytext = { ...objectAt(metadata, "jupytext"), text_representation: REPRESENTATION };
  const header = stringify(
    { jupyter: { ...metadata, jupytext } },
    { lineWidth: 0, version: "1.1" },
  );
  const head = ["---", ...header.trimEnd().split("\n"), "---"].map(commented).join("\n");
  return `${[head, ...cells.map(cellText)].join("\n\n")}\n`;
}

function cellText(cell: Cell): string {
  const attachments = cell.cell_type !== "code" && cell.attachments;
  const clashes = RESERVED.some((key) => Object.hasOwn(cell.metadata, key));
  const marker = writeMarker({
    type: cell.cell_type,
    metadata: {
      id: cell.id,
      ...(clashes ? { metadata: cell.metadata } : cell.metadata),
      ...(attachments && { attachments }),
    },
  });
  if (cell.source === "") return marker;
  const lines = cell.source
    .split("\n")
    .map((line) => (cell.cell_type === "code" ? line : commented(line)))
    .map((line) => (LIKE_MARKER.test(line) ? `// ${line}` : line));
  return [marker, ...lines].join("\n");
}

/**
 * The notebook that a program in percent format stands for; cells without an id get one from their
 * content.
 *
 * @param name what errors call the text
 * @throws FileError when the header is not YAML or the result is no valid notebook
 */
export function notebookFromText(text: string, name: string): Notebook {
  const all = (/^[^\n]*\r\n/.test(text) ? text.replaceAll("\r\n", "\n") : text).split("\n");
  const { metadata, length } = readHeader(all, name);
  const lines = all.slice(length);
  const starts = lines.flatMap((line, at) => (isMarker(line) ? [at] : []));
  const cells = starts.map((at, i) =>
    readCell(readMarker(lines[at]!)!, lines.slice(at + 1, starts[i + 1])),
  );
  const before = lines
    .slice(0, starts[0] ?? lines.length)
    .join("\n")
    .trim();
  if (before !== "") cells.unshift(readCell({ type: "code", metadata: {} }, [before, ""]));
  deriveCellIds(cells);
  const notebook: Notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells };
  const [problem] = notebookProblems(notebook);
  if (problem !== undefined) throw new FileError(name, `makes no valid notebook: ${problem}`);
  return notebook;
}

/** Metadata in the comment at the top and the number of its lines. */
function readHeader(
  lines: readonly string[],
  name: string,
): { metadata: JsonObject; length: number } {
  const end = lines.indexOf("// ---", 1);
  if (lines[0] !== "// ---" || end < 0) return { metadata: {}, length: 0 };
  let header: unknown;
  try {
    const parsed = parse(lines.slice(1, end).map(uncommented).join("\n"), { version: "1.1" });
    header = JSON.parse(JSON.stringify(parsed ?? {}));
  } catch (cause) {
    const [problem] = (cause as Error).message.split("\n");
    throw new FileError(name, `the comment at its top is not YAML: ${problem}`, { cause });
  }
  const metadata = isJsonObject(header) ? { ...objectAt(header, "jupyter") } : {};
  const { text_representation: _, ...jupytext } = objectAt(metadata, "jupytext");
  if (Object.keys(jupytext).length > 0) metadata.jupytext = jupytext;
  else delete metadata.jupytext;
  return { metadata, length: end + 1 };
}

/** @param lines up to the next marker; a blank one before it, or the file's end, is not the cell's */
function readCell({ type, metadata }: CellMarker, lines: readonly string[]): Cell {
  const { id, attachments, metadata: apart, ...rest } = metadata;
  const own = isJsonObject(apart) ? apart : rest;
  const kept = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  const source = kept
    .map((line) => (ESCAPED.test(line) ? line.slice(3) : line))
    .map((line) => (type === "code" ? line : uncommented(line)))
    .join("\n");
  const base = { id: typeof id === "string" ? id : "", metadata: own, source };
  if (type === "code") return { ...base, cell_type: type, outputs: [], execution_count: null };
  const attached = isJsonObject(attachments ?? null)
    ? { attachments: attachments as JsonObject }
    : {};
  return { ...base, cell_type: type, ...attached };
}

function commented(line: string): string {
  return line === "" ? "//" : `// ${line}`;
}

function uncommented(line: string): string {
  return line.replace(/^\/\/ ?/, "");
}
