import { paperAgreement } from "../assess/paperTable.js";
import { htmlTable, type ShownTable } from "../figures/htmlTable.js";
import type { Study } from "../study/study.js";
import type { Row } from "../table/csv.js";
import { readTable } from "./readTable.js";
import { withInterval } from "./summaryTable.js";

/** Years of the paper's two columns. */
const PAPER_YEARS: readonly number[] = [2018, 2019, 2020];

/**
 * Agreement per class (Dice) and overall (pixel agreement) of the multi-year and the single-year
 * maps for every pair of years, with intervals, beside the paper's figures where the study has the
 * same years and class names. The last rows are the unweighted mean over the classes present and their
 * number.
 */
export async function agreementTable(
  study: Pick<Study, "folder" | "legend" | "years">,
): Promise<ShownTable> {
  const rows = await readTable(study, "agreement.csv");
  const models = ["multi-year", "single-year"].filter((model) =>
    rows.some((row) => row.model === model),
  );
  const pairs = study.years.slice(1).map((to, n) => [study.years[n]!, to] as const);
  const paper = PAPER_YEARS.every((year) => study.years.includes(year));
  const titles = new Map([
    ["all", "overall (pixel agreement)"],
    ...study.legend.map(({ name }) => [name, name] as const),
    ["mean", "class mean"],
    ["classes", "classes in the mean"],
  ]);
  const table = [...titles].map(([name, title]): Row => {
    const cells: Record<string, Row[string]> = { class: title };
    const printed = paperAgreement.find((entry) => entry.class === name);
    for (const [n, [from, to]] of pairs.entries()) {
      for (const model of models) {
        const heading = `${model} ${from}-${to}`;
        const row = rows.find(
          (one) =>
            one.model === model &&
            one.from === from &&
            one.to === to &&
            one.class === (name === "classes" ? "mean" : name) &&
            one.measure === (name === "all" ? "agreement" : name === "classes" ? name : "dice"),
        );
        cells[heading] = name === "classes" ? String(row?.value ?? "-") : withInterval(row, 2);
        if (!paper) continue;
        const published = model === "multi-year" ? printed?.multiYear : printed?.singleYear;
        cells[`paper ${heading}`] = published?.[n]?.toFixed(2) ?? null;
      }
    }
    return cells;
  });
  const columns = Object.keys(table[0] ?? {});
  const headings = columns.map((column) => [column, column.replace(/^paper .*/, "paper")]);
  return htmlTable(table, { columns, headings: Object.fromEntries(headings) });
}
