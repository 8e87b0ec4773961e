import { type Displayable, jupyterDisplay, type MimeBundle } from "../display.js";
import type { Row } from "../table/csv.js";
import { type Table, tableRows } from "../table/table.js";
import { escapeHtml } from "./escape.js";

/** How a table is shown. */
export interface TableOptions {
  /** Columns in order; default those of the first row. */
  readonly columns?: readonly string[];
  /** Headings that differ from the column's name. */
  readonly headings?: Readonly<Record<string, string>>;
  readonly caption?: string;
  /** Decimals of numbers that are not whole; default 3. */
  readonly decimals?: number;
}

/** A table that a notebook shows as HTML, or as text. */
export interface ShownTable extends Displayable {
  readonly html: string;
  readonly text: string;
  [jupyterDisplay](): MimeBundle;
}

/** Text of a cell: `-` for nothing. */
function cellText(value: Row[string] | undefined, decimals: number): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "number" && !Number.isInteger(value)) return value.toFixed(decimals);
  return String(value);
}

/** Rows as an HTML table and as aligned text; numbers stand to the right. */
export function htmlTable(table: Table, options: TableOptions = {}): ShownTable {
  const rows = tableRows(table);
  const { caption, decimals = 3, headings = {} } = options;
  const columns = options.columns ?? Object.keys(rows[0] ?? {});
  const titles = columns.map((column) => headings[column] ?? column);
  const cells = rows.map((row) => columns.map((column) => cellText(row[column], decimals)));
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === "number"));
  const side = (n: number) =>
    numeric[n] ? ' style="text-align:right"' : ' style="text-align:left"';
  const line = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text, n) => `<${tag}${side(n)}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const html = [
    "<table>",
    ...(caption === undefined ? [] : [`<caption>${escapeHtml(caption)}</caption>`]),
    `<thead>${line("th", titles)}</thead>`,
    `<tbody>${cells.map((row) => line("td", row)).join("\n")}</tbody>`,
    "</table>",
  ].join("\n");
  const widths = columns.map((_, n) =>
    Math.max(titles[n]!.length, ...cells.map((row) => row[n]!.length)),
  );
  const textLine = (texts: readonly string[]) =>
    texts
      .map((text, n) => (numeric[n] ? text.padStart(widths[n]!) : text.padEnd(widths[n]!)))
      .join("  ")
      .trimEnd();
  const text = [
    ...(caption === undefined ? [] : [caption]),
    ...[titles, ...cells].map(textLine),
  ].join("\n");
  return { html, text, [jupyterDisplay]: () => ({ "text/html": html, "text/plain": text }) };
}
