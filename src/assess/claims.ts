import type { Row } from "../table/csv.js";
import { type Distribution, difference, estimate } from "./bootstrap.js";

/** A point of the curve with every draw of its measures. */
export interface CurvePoint {
  readonly model: string;
  readonly setting: number | null;
  readonly measures: Readonly<Record<string, Distribution>>;
}

/** Settings of the model that is told the event's date. */
const DATED = ["grouped-hmm", "grouped-hmm, event"];

/**
 * Differences for the two claims about the grouped model with the event's date: agreement at the storm
 * recall of yearly maps, and storm recall at the agreement of the rule filter of the first and last
 * year. Each takes the setting that answers it: the one that agrees most among those that lose no storm
 * recall, and the one that sees most of the storm among those that agree as much, or the one that comes
 * nearest to that agreement. Rows of tables/claims.csv, paired over the same draws of blocks.
 */
export function curveClaims(points: readonly CurvePoint[]): Row[] {
  const value = ({ measures }: CurvePoint, measure: string) => measures[measure]!.value;
  const find = (name: string) =>
    points.find(({ model, setting }) => model === name && setting === null);
  const dated = points.filter(({ model, setting }) => setting !== null && DATED.includes(model));
  const best = (list: readonly CurvePoint[], score: (point: CurvePoint) => number) =>
    [...list].sort((a, b) => score(b) - score(a))[0];
  const [yearly, filter] = [find("multi-year"), find("filter-ends")];
  const rows: Row[] = [];
  const add = (claim: string, point: CurvePoint | undefined, against: CurvePoint | undefined) => {
    if (point === undefined || against === undefined) return;
    for (const measure of ["agreement", "storm_recall", "change_recall", "false_change"]) {
      const gap = difference(point.measures[measure]!, against.measures[measure]!);
      const { model, setting } = point;
      rows.push({ claim, model, setting, against: against.model, measure, ...estimate(gap) });
    }
  };
  if (yearly !== undefined) {
    const recall = value(yearly, "storm_recall");
    const equal = dated.filter((point) => value(point, "storm_recall") >= recall);
    add(
      "agreement at equal storm recall",
      best(equal, (p) => value(p, "agreement")),
      yearly,
    );
  }
  if (filter !== undefined) {
    const agreement = value(filter, "agreement");
    const equal = dated.filter((point) => value(point, "agreement") >= agreement);
    const chosen =
      best(equal, (p) => value(p, "storm_recall")) ?? best(dated, (p) => value(p, "agreement"));
    add("storm recall at equal agreement", chosen, filter);
  }
  return rows;
}
