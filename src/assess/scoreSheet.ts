import type { Study } from "../study/study.js";
import { bareGroups } from "./accuracy.js";
import type { ScoredPixels } from "./blockCounts.js";
import { type BlockDraws, type Distribution, distributions, meanOf } from "./bootstrap.js";
import { changeCountsByBlock, changeMeasures, forestClasses } from "./change.js";
import { confusionCounts, diagonalShare, matrixDistributions, mergeClasses } from "./confusion.js";
import { type YearMaps, yearPairs } from "./models.js";
import type { Validation } from "./truth.js";
import { flicker, seriesCounts } from "./yearSeries.js";

/** A score of one model for a period, with its value in every bootstrap draw. */
export interface Score {
  /** `agreement`, `accuracy`, `accuracy_merged`, `storm_recall`, `storm_direction`,
   * `change_recall`, `change_precision`, `false_change`, `flicker`. */
  readonly measure: string;
  /** A year (`2018`), two years (`2018-2019`) or `mean` over them. */
  readonly period: string;
  readonly distribution: Distribution;
}

/**
 * The scores by which models are compared, each overall and per period. Two sheets from the same
 * draws can be subtracted score by score.
 *
 * @param validation null where there is no reference: then agreement and flicker only
 */
export function scoreSheet(
  study: Pick<Study, "legend" | "years">,
  maps: YearMaps,
  validation: Validation | null,
  scored: ScoredPixels,
  draws: BlockDraws,
): Score[] {
  const { legend, years } = study;
  const pairs = yearPairs(years);
  const scores: Score[] = [];
  const mean = (measure: string, parts: readonly Distribution[]) => {
    if (parts.length > 0) scores.push({ measure, period: "mean", distribution: meanOf(parts) });
  };
  const agreements = pairs.map(([from, to]) => {
    const counts = confusionCounts(scored, legend, maps.get(from)!, maps.get(to)!);
    const [distribution] = matrixDistributions(counts, [diagonalShare], draws);
    scores.push({ measure: "agreement", period: `${from}-${to}`, distribution: distribution! });
    return distribution!;
  });
  mean("agreement", agreements);
  if (years.length > 2) {
    const counts = seriesCounts(
      scored,
      years.map((year) => maps.get(year)!),
    );
    const [distribution] = distributions(counts, [flicker], draws);
    const period = `${years[0]}-${years.at(-1)}`;
    scores.push({ measure: "flicker", period, distribution: distribution! });
  }
  if (validation === null) return scores;

  const groups = bareGroups(legend);
  const accuracies: Distribution[] = [];
  const merged: Distribution[] = [];
  for (const year of years) {
    const truth = validation.years.get(year);
    if (truth === undefined) continue;
    const counts = confusionCounts(scored, legend, maps.get(year)!, truth);
    const [all] = matrixDistributions(counts, [diagonalShare], draws);
    scores.push({ measure: "accuracy", period: String(year), distribution: all! });
    accuracies.push(all!);
    if (groups === null) continue;
    const [bare] = matrixDistributions(mergeClasses(counts, groups), [diagonalShare], draws);
    scores.push({ measure: "accuracy_merged", period: String(year), distribution: bare! });
    merged.push(bare!);
  }
  mean("accuracy", accuracies);
  mean("accuracy_merged", merged);

  const { change } = validation;
  if (change === null) return scores;
  const falseChanges: Distribution[] = [];
  const recalls: Distribution[] = [];
  const precisions: Distribution[] = [];
  for (const [from, to] of pairs) {
    const counts = changeCountsByBlock(scored, {
      map: [maps.get(from)!, maps.get(to)!],
      truth: [validation.years.get(from)!, validation.years.get(to)!],
      ...change,
      forest: forestClasses(legend),
    });
    const felled = changeMeasures("felled");
    const all = changeMeasures("all");
    const [falseChange, changeRecall, precision, recall, direction] = distributions(
      counts,
      [all.false_change!, all.recall!, all.precision!, felled.recall!, felled.direction_open!],
      draws,
    );
    const period = `${from}-${to}`;
    scores.push({ measure: "false_change", period, distribution: falseChange! });
    falseChanges.push(falseChange!);
    scores.push({ measure: "change_recall", period, distribution: changeRecall! });
    recalls.push(changeRecall!);
    scores.push({ measure: "change_precision", period, distribution: precision! });
    precisions.push(precision!);
    if (Number.isNaN(recall!.value)) continue;
    scores.push({ measure: "storm_recall", period, distribution: recall! });
    scores.push({ measure: "storm_direction", period, distribution: direction! });
  }
  mean("false_change", falseChanges);
  mean("change_recall", recalls);
  mean("change_precision", precisions);
  return scores;
}
