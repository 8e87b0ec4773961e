import type { SourceMap } from "node:module";
import { BREAKABLE_CALL } from "./cellRuntime.js";
import { type EditMarks, originalOffset } from "./textEdits.js";
import { type CellPlaces, readSourceMap } from "./traceback.js";

/** All that is needed to run a cell and to understand its errors. */
export interface CompiledCell {
  /** body of an async function with the parameters `exports` and `require` */
  readonly code: string;
  /** names that the cell adds to the notebook's scope */
  readonly names: readonly string[];
  /** declarations of all names after the cell */
  readonly declarations: string;
  /** field of `exports` that receives the cell's last value */
  readonly resultName?: string;
  /** the compiler's output with its source map, from which `code` was made, and how */
  readonly output: string;
  readonly marks: EditMarks;
  /** local modules that were compiled with the cell, as CommonJS */
  readonly localModules: readonly LocalModule[];
}

/** A local source file, compiled. */
export interface LocalModule {
  readonly path: string;
  readonly code: string;
}

/** The converter puts this line before a cell's source. */
const CONVERTER_LINES = 1;

/**
 * Finds places in a cell's source.
 *
 * @param shift characters before the cell's code in its first line
 */
export function placesOf(
  { code, output, marks }: CompiledCell,
  count: number,
  shift: number,
): (line: number, column: number) => ReturnType<CellPlaces> {
  let map: SourceMap | undefined;
  return (line, column) => {
    map ??= readSourceMap(output);
    const start = lineStarts(code)[line - 1];
    if (map === undefined || start === undefined) return undefined;
    const at = start + column - 1 - (line === 1 ? shift : 0);
    if (code.startsWith(BREAKABLE_CALL, at)) return undefined;
    const offset = originalOffset(marks, at);
    const rows = lineStarts(output);
    const row = rows.findLastIndex((from) => from <= offset);
    const entry = map.findEntry(row, offset - rows[row]!);
    if (!("originalLine" in entry)) return undefined;
    return {
      count,
      line: entry.originalLine + 1 - CONVERTER_LINES,
      column: entry.originalColumn + 1,
    };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
