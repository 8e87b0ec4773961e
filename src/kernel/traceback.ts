import { SourceMap, type SourceMapPayload } from "node:module";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";

/** Content of a Jupyter `error` message. */
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** Finds the place in a cell's source for a place in the code that runs; all counted from 1. */
export type CellPlaces = (
  serial: number,
  line: number,
  column: number,
) => { readonly count: number; readonly line: number; readonly column: number } | undefined;

/** A mistake that the compiler found in a cell; line and column from 1. */
export interface CellDiagnostic {
  readonly line: number;
  readonly column: number;
  readonly code: number;
  readonly message: string;
  /** local module in which it lies, when not in the cell itself */
  readonly file?: string;
}

/** Name of a cell's code in stack traces. */
export function cellFileName(serial: number): string {
  return `phenocover-cell-${serial}.ts`;
}

const CELL_FRAME = /phenocover-cell-(\d+)\.ts:(\d+):(\d+)/g;
/** Stands in stack traces for code that the kernel wrote. */
export const KERNEL_FRAME = "phenocover-kernel";
const INNER_FRAME =
  /^\s+at .*(node:internal|node:vm|node:async_hooks|[/\\]tslab[/\\]dist|[/\\]src[/\\]kernel[/\\])/;

/**
 * The `error` message of a value that a cell threw.
 *
 * @param root folder whose files are named relative to it
 * @param sourceOf source text of the cell with an execution count
 */
export function describeError(
  error: unknown,
  places: CellPlaces,
  sourceOf: (count: number) => string | undefined,
  root: string,
): ErrorContent {
  const isError = error instanceof Error || isForeignError(error);
  const ename = isError ? error.name || "Error" : "Thrown";
  const evalue = isError ? error.message : inspect(error);
  const text = isError ? inspect(error, { depth: 3 }) : `Thrown: ${inspect(error)}`;
  let place: { count: number; line: number } | undefined;
  const lines = text
    .split("\n")
    .map((line) =>
      line
        .replace(CELL_FRAME, (_frame, serial: string, row: string, column: string) => {
          const found = places(Number(serial), Number(row), Number(column));
          if (found === undefined) return KERNEL_FRAME;
          place ??= found;
          return `In [${found.count}]:${found.line}:${found.column}`;
        })
        .replaceAll(`${pathToFileURL(root).href}/`, "")
        .replaceAll(`${root}/`, ""),
    )
    .filter((line) => !INNER_FRAME.test(line) && !line.includes(KERNEL_FRAME));
  const source = place && sourceOf(place.count);
  const excerpt = place && source !== undefined ? sourceExcerpt(place, source) : [];
  return { ename, evalue, traceback: [...excerpt, ...lines] };
}

/** The `error` message of a cell that the compiler refused. */
export function describeDiagnostics(
  diagnostics: readonly CellDiagnostic[],
  source: string,
  count: number,
): ErrorContent {
  const lines = source.split("\n");
  const texts = diagnostics.map(({ file, line, column, code, message }) => {
    const place = file ?? `In [${count}]`;
    return { head: `${place}:${line}:${column} - error TS${code}: ${message}`, file, line, column };
  });
  return {
    ename: "TypeScriptError",
    evalue: texts[0]?.head ?? "the cell was refused",
    traceback: texts.flatMap(({ head, file, line, column }) =>
      file === undefined
        ? [head, `    ${lines[line - 1] ?? ""}`, `    ${" ".repeat(column - 1)}^`]
        : [head],
    ),
  };
}

/** Reads the inline source map at the end of the compiler's output. */
export function readSourceMap(javascript: string): SourceMap | undefined {
  const encoded = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(
    javascript,
  )?.[1];
  if (encoded === undefined) return undefined;
  return new SourceMap(JSON.parse(Buffer.from(encoded, "base64").toString()) as SourceMapPayload);
}

function sourceExcerpt(place: { count: number; line: number }, source: string): string[] {
  const lines = source.split("\n");
  const first = Math.max(1, place.line - 2);
  const shown = lines.slice(first - 1, place.line + 1).map((text, index) => {
    const line = first + index;
    const arrow = line === place.line ? "--->" : "    ";
    return `${arrow} ${String(line).padStart(3)} ${text}`;
  });
  return [`Cell In [${place.count}], line ${place.line}`, ...shown, ""];
}

/** Errors of other realms, such as those of a vm context. */
function isForeignError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === "[object Error]";
}
