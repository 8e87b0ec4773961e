import { htmlTable, type ShownTable } from "../figures/htmlTable.js";
import type { Study } from "../study/study.js";
import type { Row } from "../table/csv.js";
import { readTable } from "./readTable.js";

/** Headings of the measures of tables/scores.csv, in the order of the summary. */
const HEADINGS: Readonly<Record<string, string>> = {
  agreement: "agreement",
  accuracy: "accuracy",
  accuracy_merged: "accuracy, bare merged",
  storm_recall: "storm recall",
  storm_direction: "storm direction",
  change_recall: "change recall",
  change_precision: "change precision",
  false_change: "false change",
  flicker: "flicker",
};

/** Measures of which every period is a column; of the others only the mean over periods. */
const EVERY_PERIOD = new Set(["agreement", "storm_recall", "storm_direction", "flicker"]);

/** `0.892 [0.880, 0.903]`, or null for nothing. */
export function withInterval(row: Row | undefined, decimals = 3): string | null {
  if (row === undefined || typeof row.value !== "number") return null;
  const value = row.value.toFixed(decimals);
  if (typeof row.low !== "number" || typeof row.high !== "number") return value;
  // No line break inside the brackets.
  return `${value} [${row.low.toFixed(decimals)},\u00a0${row.high.toFixed(decimals)}]`;
}

/** Columns of the summary: heading to measure and period, as far as the scores have them. */
function summaryColumns(scores: readonly Row[]): Map<string, { measure: string; period: string }> {
  const columns = new Map<string, { measure: string; period: string }>();
  for (const [measure, heading] of Object.entries(HEADINGS)) {
    const periods = new Set(
      scores.filter((row) => row.measure === measure).map((row) => String(row.period)),
    );
    for (const period of periods) {
      if (EVERY_PERIOD.has(measure) ? period === "mean" : period !== "mean") continue;
      const name = measure === "agreement" ? `${heading} ${period}` : heading;
      columns.set(name, { measure, period });
    }
  }
  return columns;
}

/**
 * Agreement of both pairs of years, accuracy, storm recall, direction and false change of every
 * model side by side, from tables/scores.csv.
 *
 * @param options `intervals` adds the 95 % interval to every number; `models` limits the rows
 */
export async function summaryTable(
  study: Pick<Study, "folder">,
  options: { readonly intervals?: boolean; readonly models?: readonly string[] } = {},
): Promise<ShownTable> {
  const scores = await readTable(study, "scores.csv");
  const columns = summaryColumns(scores);
  const present = [...new Set(scores.map((row) => String(row.model)))];
  const models = options.models?.filter((model) => present.includes(model)) ?? present;
  const rows = models.map((model): Row => {
    const cells: Record<string, Row[string]> = { model };
    for (const [heading, { measure, period }] of columns) {
      const row = scores.find(
        (one) => one.model === model && one.measure === measure && String(one.period) === period,
      );
      cells[heading] = options.intervals ? withInterval(row) : (row?.value ?? null);
    }
    return cells;
  });
  return htmlTable(rows, { columns: ["model", ...columns.keys()] });
}
