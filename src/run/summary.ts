import { existsSync } from "node:fs";
import { join } from "node:path";
import { mainModels } from "../assess/models.js";
import { readCsv } from "../table/csv.js";

/** A value with the interval of one table row; null where the table has none. */
export interface Score {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** One model's line in the summary of a run. */
export interface ModelSummary {
  readonly model: string;
  /** Pixel agreement by pair of years, `2018-2019`. */
  readonly agreement: ReadonlyMap<string, Score>;
  /** Overall accuracy by year. */
  readonly accuracy: ReadonlyMap<string, Score>;
  /** Share of true change that is mapped, by pair of years. */
  readonly recall: ReadonlyMap<string, Score>;
  /** Share of unchanged pixels mapped as changed, by pair of years. */
  readonly falseChange: ReadonlyMap<string, Score>;
}

type TableRow = Readonly<Record<string, string>>;

async function table(root: string, name: string): Promise<TableRow[]> {
  const path = join(root, "tables", name);
  return existsSync(path) ? readCsv(path) : [];
}

function score(row: TableRow): Score | null {
  const number = (text: string | undefined) => (text ? Number(text) : null);
  const value = number(row.value);
  return value === null ? null : { value, low: number(row.low), high: number(row.high) };
}

function scores(
  rows: readonly TableRow[],
  model: string,
  key: (row: TableRow) => string,
): ReadonlyMap<string, Score> {
  const found = new Map<string, Score>();
  for (const row of rows) {
    const one = row.model === model ? score(row) : null;
    if (one) found.set(key(row), one);
  }
  return found;
}

const pair = (row: TableRow) => `${row.from}-${row.to}`;

/** Agreement, accuracy and change scores of every model over all classes, from a run's tables. */
export async function summariseRun(root: string): Promise<ModelSummary[]> {
  const agreement = (await table(root, "agreement.csv")).filter(
    (row) => row.class === "all" && row.measure === "agreement",
  );
  const accuracy = (await table(root, "accuracy.csv")).filter(
    (row) => row.class === "all" && row.measure === "overall",
  );
  const change = (await table(root, "change.csv")).filter((row) => row.stratum === "all");
  const recall = change.filter((row) => row.measure === "recall");
  const falseChange = change.filter((row) => row.measure === "false_change");
  const models = new Set([...agreement, ...accuracy, ...recall].map((row) => row.model!));
  return [...models].map((model) => ({
    model,
    agreement: scores(agreement, model, pair),
    accuracy: scores(accuracy, model, (row) => row.year!),
    recall: scores(recall, model, pair),
    falseChange: scores(falseChange, model, pair),
  }));
}

function cellText(all: readonly (Score | undefined)[]): string {
  const known = all.filter((one) => one !== undefined);
  if (known.length === 0) return "-";
  const values = known.map(({ value }) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (known.length > 1) {
    return `${mean.toFixed(3)} (${Math.min(...values).toFixed(3)}-${Math.max(...values).toFixed(3)})`;
  }
  const { low, high } = known[0]!;
  const interval = low === null || high === null ? "" : ` [${low.toFixed(3)}-${high.toFixed(3)}]`;
  return `${mean.toFixed(3)}${interval}`;
}

/** Columns padded to equal width, the first to the left, the others to the right. */
export function alignColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Means over runs for each key, in the order of the keys: `0.912/0.905/0.911`. */
function listText(all: readonly ReadonlyMap<string, Score>[], keys: readonly string[]): string {
  const texts = keys.map((key) => {
    const values = all.flatMap((one) => one.get(key)?.value ?? []);
    const sum = values.reduce((total, value) => total + value, 0);
    return values.length > 0 ? (sum / values.length).toFixed(3) : "-";
  });
  return texts.every((text) => text === "-") ? "-" : texts.join("/");
}

/**
 * The table of the last screen: agreement of consecutive maps, accuracy by year, recall of true
 * change and false change by pair of years. Agreement of one run comes with its interval over
 * blocks, of several with mean and range; the others are means. Of the consistency methods it shows
 * the default.
 *
 * @returns empty text when the runs have no tables
 */
export function summaryTable(runs: readonly (readonly ModelSummary[])[]): string {
  const all = runs.flat();
  const models = mainModels([...new Set(all.map(({ model }) => model))]);
  const keysOf = (group: keyof Omit<ModelSummary, "model">) =>
    [...new Set(all.flatMap((one) => [...one[group].keys()]))].sort();
  const pairs = keysOf("agreement");
  const lists = (
    [
      ["accuracy", "accuracy"],
      ["recall", "change recall"],
      ["falseChange", "false change"],
    ] as const
  )
    .map(([group, title]) => ({ group, title, keys: keysOf(group) }))
    .filter(({ keys }) => keys.length > 0);
  if (pairs.length + lists.length === 0) return "";
  const header = [
    "model",
    ...pairs.map((key) => `agreement ${key}`),
    ...lists.map(({ title, keys }) => (keys.length === 1 ? `${title} ${keys[0]}` : title)),
  ];
  const lines = models.map((model) => {
    const own = runs.map((run) => run.find((one) => one.model === model));
    return [
      model,
      ...pairs.map((key) => cellText(own.map((one) => one?.agreement.get(key)))),
      ...lists.map(({ group, keys }) =>
        listText(
          own.flatMap((one) => (one ? [one[group]] : [])),
          keys,
        ),
      ),
    ];
  });
  return alignColumns([header, ...lines]);
}
