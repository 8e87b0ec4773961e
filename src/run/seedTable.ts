import { alignColumns } from "./summary.js";

/** Single-year forms that the multi-year network is compared with on the last screen. */
const compared = ["single-year", "single-year-share", "single-year-total"];

/** Scores compared, and the period that stands for them in the table of differences. */
const measures: readonly (readonly [measure: string, period: string, title: string])[] = [
  ["agreement", "mean", "agreement"],
  ["accuracy", "mean", "accuracy"],
  ["change_recall", "mean", "change recall"],
  ["false_change", "mean", "false change"],
];

/**
 * The multi-year network minus each form of the single-year networks, seed by seed and pooled, with
 * 95 % intervals.
 *
 * @param rows of tables/seeds.csv
 * @param what what the seeds are of, in the headings
 * @returns empty text when the study has no such pair
 */
export function seedTable(
  rows: readonly Readonly<Record<string, string>>[],
  what = "seed",
): string {
  const own = rows.filter(({ model }) => model === "multi-year");
  const seeds = [...new Set(own.map(({ seed }) => seed!))];
  const signed = (text: string) =>
    `${Number(text) < 0 ? "-" : "+"}${Math.abs(Number(text)).toFixed(3)}`;
  const lines = compared.flatMap((against) =>
    measures.flatMap(([measure, period, title]) => {
      const cells = seeds.map((seed) => {
        const row = own.find(
          (one) =>
            one.seed === seed &&
            one.against === against &&
            one.measure === measure &&
            one.period === period,
        );
        return row?.value ? `${signed(row.value)} [${signed(row.low!)} ${signed(row.high!)}]` : "-";
      });
      return cells.every((cell) => cell === "-") ? [] : [[`${against}, ${title}`, ...cells]];
    }),
  );
  if (lines.length === 0) return "";
  const heads = seeds.map((seed) => (seed === "pooled" ? "pooled" : `${what} ${seed}`));
  return alignColumns([["multi-year minus", ...heads], ...lines]);
}
