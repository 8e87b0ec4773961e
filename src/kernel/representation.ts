import { inspect } from "node:util";
import { bundleOf, encodeBytes, isDisplayable, type MimeBundle } from "../display.js";
import { htmlTable } from "../figures/htmlTable.js";
import type { Row } from "../table/csv.js";

/** How a cell's last value is written. */
const RESULT_STYLE = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000 } as const;

/** Longer data frames are shown by this many rows of either end. */
const FRAME_END = 20;

type Bundle = MimeBundle | Promise<MimeBundle>;

/** What `display` shows of a value: its own forms, a data frame's table, or its text. */
export function shownBundle(value: unknown): Bundle {
  return encoded(isDataFrame(value) ? frameBundle(value) : bundleOf(value));
}

/** What a cell shows of its last value; text is quoted, as in the source. */
export function resultBundle(value: unknown): Bundle {
  if (isDisplayable(value) || isDataFrame(value)) return shownBundle(value);
  return { "text/plain": inspect(value, RESULT_STYLE) };
}

function encoded(bundle: Bundle): Bundle {
  return bundle instanceof Promise ? bundle.then(encodeBytes) : encodeBytes(bundle);
}

/** A danfo.js data frame or series, which knows no notebook. */
interface DataFrameLike {
  readonly $isSeries: boolean;
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  readonly values: readonly unknown[];
}

function isDataFrame(value: unknown): value is DataFrameLike {
  const frame = value as Partial<DataFrameLike> | null | undefined;
  return (
    typeof frame?.$isSeries === "boolean" &&
    Array.isArray(frame.columns) &&
    Array.isArray(frame.index) &&
    Array.isArray(frame.values)
  );
}

function frameBundle({ $isSeries, columns, index, values }: DataFrameLike): MimeBundle {
  const label = "";
  const rowOf = (n: number): Row => {
    const cells = $isSeries ? [values[n]] : (values[n] as unknown[]);
    return Object.fromEntries([
      [label, index[n]!],
      ...columns.map((column, c): [string, Row[string]] => [column, cellOf(cells[c])]),
    ]);
  };
  const count = values.length;
  const gap: Row = Object.fromEntries([label, ...columns].map((column) => [column, "..."]));
  const rows =
    count <= 2 * FRAME_END
      ? values.map((_, n) => rowOf(n))
      : [
          ...Array.from({ length: FRAME_END }, (_, n) => rowOf(n)),
          gap,
          ...Array.from({ length: FRAME_END }, (_, n) => rowOf(count - FRAME_END + n)),
        ];
  const { html, text } = htmlTable(rows, { columns: [label, ...columns] });
  const size = `${count} rows x ${columns.length} columns`;
  return { "text/html": `${html}\n<p>${size}</p>`, "text/plain": `${text}\n${size}` };
}

function cellOf(value: unknown): Row[string] {
  return typeof value === "number" || typeof value === "boolean" ? value : String(value ?? "");
}
