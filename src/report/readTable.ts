import { existsSync } from "node:fs";
import type { Study } from "../study/study.js";
import { type Row, readCsv } from "../table/csv.js";

/** Rows of a table of the run with numbers as numbers and empty cells as null; [] where it was not written. */
export async function readTable(study: Pick<Study, "folder">, name: string): Promise<Row[]> {
  const file = study.folder.table(name);
  if (!existsSync(file)) return [];
  return (await readCsv(file)).map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, text]) => [column, cellValue(text)])),
  );
}

function cellValue(text: string): string | number | null {
  if (text === "") return null;
  return /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text) ? Number(text) : text;
}
