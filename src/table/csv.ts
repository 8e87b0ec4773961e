import { readFile } from "node:fs/promises";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { type Table, tableRows } from "./table.js";

/** A row of a table: column name to value; `null` is an empty cell. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Text of one cell: numbers with at most six significant decimals, quotes where needed. */
function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
  }
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV text (RFC 4180, line feed) with the given columns in order. */
export function formatCsv(columns: readonly string[], rows: Table): string {
  const lines = [columns.join(",")];
  for (const row of tableRows(rows))
    lines.push(columns.map((column) => cell(row[column])).join(","));
  return `${lines.join("\n")}\n`;
}

/** Cells of CSV text by column name, as strings. */
export function parseCsv(text: string, file = "csv"): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let value = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') value += c;
      else if (text[i + 1] === '"') {
        value += c;
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") {
      row.push(value);
      value = "";
    } else if (c === "\n") {
      row.push(value);
      rows.push(row);
      row = [];
      value = "";
    } else if (c !== "\r") value += c;
  }
  if (value !== "" || row.length > 0) rows.push([...row, value]);
  const header = rows.shift() ?? [];
  return rows.map((cells, index) => {
    if (cells.length !== header.length) {
      throw new FileError(
        file,
        `row ${index + 2} has ${cells.length} cells, expected ${header.length}`,
      );
    }
    return Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]));
  });
}

/** Writes rows as CSV, atomically. */
export async function writeCsv(
  path: string,
  columns: readonly string[],
  rows: Table,
): Promise<void> {
  await writeFileAtomic(path, formatCsv(columns, rows));
}

/** Reads a CSV file into records of strings. */
export async function readCsv(path: string): Promise<Record<string, string>[]> {
  return parseCsv(await readFile(path, "utf8"), path);
}
