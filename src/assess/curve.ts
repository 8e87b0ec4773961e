import type { Legend } from "../manifest/manifest.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import type { Measure } from "./bootstrap.js";
import { forestClasses, membership } from "./change.js";
import type { YearMaps } from "./models.js";
import type { Validation } from "./truth.js";

/** Counters of a pair of years. */
const VALID = 0;
const AGREE = 1;
const CHANGED = 2;
const RECALLED = 3;
const UNCHANGED = 4;
const FALSE = 5;
const FELLED = 6;
const LEFT_FOREST = 7;
const PAIR_CELLS = 8;

/** Counters of a year. */
const COMPARED = 0;
const CORRECT = 1;
const YEAR_CELLS = 2;

/**
 * Everything that the curve of agreement against change recall needs, counted in one pass: cells of
 * every pair of years, then of every year.
 */
export function curveCounts(
  legend: Legend,
  years: readonly number[],
  maps: YearMaps,
  validation: Validation & { readonly change: NonNullable<Validation["change"]> },
  scored: ScoredPixels,
): BlockCounts {
  const { conifers, forest } = forestClasses(legend);
  const isForest = membership(forest);
  const z = years.map((year) => maps.get(year)!);
  const t = years.map((year) => validation.years.get(year)!);
  const { unchanged, storm } = validation.change;
  const pairs = years.length - 1;
  const width = pairs * PAIR_CELLS + years.length * YEAR_CELLS;
  return countPixels(scored, width, (pixel, row) => {
    for (let y = 0; y < years.length; y++) {
      const [mapped, truth] = [z[y]![pixel]!, t[y]![pixel]!];
      if (mapped !== 0 && truth !== 0) {
        const at = pairs * PAIR_CELLS + y * YEAR_CELLS;
        row[at + COMPARED]!++;
        if (mapped === truth) row[at + CORRECT]!++;
      }
      if (y === 0) continue;
      const [before, was] = [z[y - 1]![pixel]!, t[y - 1]![pixel]!];
      if (before === 0 || mapped === 0) continue;
      const at = (y - 1) * PAIR_CELLS;
      row[at + VALID]!++;
      if (before === mapped) row[at + AGREE]!++;
      if (was === 0 || truth === 0) continue;
      if (was !== truth) {
        row[at + CHANGED]!++;
        if (before !== mapped) row[at + RECALLED]!++;
      }
      if (unchanged[pixel] === 1) {
        row[at + UNCHANGED]!++;
        if (before !== mapped) row[at + FALSE]!++;
      }
      if (storm[pixel] === 1 && was === conifers && truth !== conifers) {
        row[at + FELLED]!++;
        if (isForest[before] === 1 && isForest[mapped] === 0) row[at + LEFT_FOREST]!++;
      }
    }
  });
}

/**
 * Measures of {@link curveCounts} by their name in tables: `agreement`, `false_change` and `accuracy`
 * as means over pairs or years, `change_recall` and `storm_recall` over all true changes.
 */
export function curveMeasures(years: number): Readonly<Record<string, Measure>> {
  const pairs = Array.from({ length: years - 1 }, (_, n) => n * PAIR_CELLS);
  const single = Array.from(
    { length: years },
    (_, n) => pairs.length * PAIR_CELLS + n * YEAR_CELLS,
  );
  const mean =
    (places: readonly number[], part: number, whole: number): Measure =>
    (n) =>
      places.reduce((sum, at) => sum + n[at + part]! / n[at + whole]!, 0) / places.length;
  const ratio =
    (part: number, whole: number): Measure =>
    (n) => {
      let [parts, all] = [0, 0];
      for (const at of pairs) {
        parts += n[at + part]!;
        all += n[at + whole]!;
      }
      return parts / all;
    };
  return {
    agreement: mean(pairs, AGREE, VALID),
    change_recall: ratio(RECALLED, CHANGED),
    storm_recall: ratio(LEFT_FOREST, FELLED),
    false_change: mean(pairs, FALSE, UNCHANGED),
    accuracy: mean(single, CORRECT, COMPARED),
  };
}
