import { UsageError } from "../errors.js";
import type { Row } from "./csv.js";

/** The part of a danfo.js data frame that is read here. */
export interface FrameLike {
  readonly columns: readonly string[];
  readonly values: unknown;
}

/** A table as rows, or as a danfo.js data frame. */
export type Table = Iterable<Row> | FrameLike;

/** Rows of a table. */
export function tableRows(table: Table): readonly Row[] {
  if (!("columns" in table)) return [...table];
  const { columns } = table;
  return (table.values as Row[string][][]).map((cells) =>
    Object.fromEntries(columns.map((column, c) => [column, cells[c] ?? null])),
  );
}

/**
 * Numbers of some columns of a table, for `trainForest` and `kmeans`; empty cells are NaN.
 *
 * @returns rows [n][columns], in shared memory
 * @throws UsageError when a column is missing or holds something else than numbers
 */
export function tableNumbers(table: Table, columns: readonly string[]): Float32Array {
  const rows = tableRows(table);
  const numbers = new Float32Array(new SharedArrayBuffer(4 * rows.length * columns.length));
  for (const [r, row] of rows.entries()) {
    for (const [c, column] of columns.entries()) {
      const value = row[column];
      if (value !== null && typeof value !== "number") {
        const found = value === undefined ? "no such column" : JSON.stringify(value);
        throw new UsageError(column, `${found} in row ${r}, expected numbers`);
      }
      numbers[r * columns.length + c] = value ?? Number.NaN;
    }
  }
  return numbers;
}
