import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import type { Measure } from "./bootstrap.js";

/** Cells of {@link seriesCounts}. */
const VALID = 0;
const STABLE = 1;
const FLICKER = 2;

/**
 * Counts of pixels valid in all maps, of those that never change, and of those that return: some
 * year differs from two equal neighbours.
 */
export function seriesCounts(scored: ScoredPixels, maps: readonly Uint8Array[]): BlockCounts {
  return countPixels(scored, 3, (pixel, row) => {
    let changes = 0;
    let returns = 0;
    for (let y = 0; y < maps.length; y++) {
      const id = maps[y]![pixel]!;
      if (id === 0) return;
      if (y > 0 && id !== maps[y - 1]![pixel]) {
        changes++;
        if (y > 1 && id === maps[y - 2]![pixel]) returns++;
      }
    }
    row[VALID]!++;
    if (changes === 0) row[STABLE]!++;
    if (returns > 0) row[FLICKER]!++;
  });
}

/** Share of pixels with the same class in all years. */
export const stability: Measure = (totals) => totals[STABLE]! / totals[VALID]!;

/** Share of pixels with z_1 = z_3 and another z_2. */
export const flicker: Measure = (totals) => totals[FLICKER]! / totals[VALID]!;
