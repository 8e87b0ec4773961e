import { agreementCurve, type CurvePoint } from "../figures/charts/agreementCurve.js";
import type { Figure } from "../figures/figure.js";
import { htmlTable, type ShownTable } from "../figures/htmlTable.js";
import type { Study } from "../study/study.js";
import type { Row } from "../table/csv.js";
import { readTable } from "./readTable.js";
import { withInterval } from "./summaryTable.js";

/** Measures of tables/curve.csv with their headings. */
const HEADINGS = {
  agreement: "agreement",
  storm_recall: "storm recall",
  change_recall: "change recall, pairs of years pooled",
  false_change: "false change",
  accuracy: "accuracy",
} as const;

type Point = { readonly key: readonly Row[string][]; readonly measures: ReadonlyMap<string, Row> };

function points(rows: readonly Row[]): Point[] {
  const found = new Map<string, { key: Row[string][]; measures: Map<string, Row> }>();
  for (const row of rows) {
    const key = [row.model!, row.parameter!, row.setting!, row.standard!];
    const id = JSON.stringify(key);
    const point = found.get(id) ?? { key, measures: new Map<string, Row>() };
    found.set(id, point);
    point.measures.set(String(row.measure), row);
  }
  return [...found.values()];
}

/** Agreement against storm recall and against the recall of all change, from tables/curve.csv. */
export async function curveCharts(study: Pick<Study, "folder">): Promise<Record<string, Figure>> {
  const all = points(await readTable(study, "curve.csv"));
  const charts: Record<string, Figure> = {};
  for (const [name, measure, words] of [
    ["curve-storm", "storm_recall", "storm recall"],
    ["curve-change", "change_recall", "change recall, pairs of years pooled"],
  ] as const) {
    const shown = all.flatMap(({ key: [model, parameter, setting], measures }): CurvePoint[] => {
      const value = (wanted: string) => measures.get(wanted)?.value;
      const numbers = ["agreement", measure, "accuracy", "false_change"].map(value);
      if (numbers.some((one) => typeof one !== "number")) return [];
      const [agreement, recall, accuracy, falseChange] = numbers as number[];
      return [
        {
          model: String(model),
          parameter: typeof parameter === "string" ? parameter : null,
          setting: typeof setting === "number" ? setting : null,
          agreement: agreement!,
          recall: recall!,
          accuracy: accuracy!,
          falseChange: falseChange!,
        },
      ];
    });
    if (shown.length > 0) charts[name] = agreementCurve(shown, words);
  }
  return charts;
}

/** Every method and setting of tables/curve.csv in a row: agreement never without recall and accuracy. */
export async function curveTable(study: Pick<Study, "folder">): Promise<ShownTable> {
  const rows = points(await readTable(study, "curve.csv")).map(
    ({ key: [model, parameter, setting, standard], measures }): Row => ({
      model: model!,
      setting: setting === null ? null : `${parameter} ${setting}`,
      standard: setting === null ? null : standard!,
      ...Object.fromEntries(
        Object.entries(HEADINGS).map(([measure, heading]) => [
          heading,
          withInterval(measures.get(measure)),
        ]),
      ),
    }),
  );
  return htmlTable(rows);
}
