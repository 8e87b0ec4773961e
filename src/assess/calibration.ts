import { DataError } from "../errors.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import type { Measure } from "./bootstrap.js";

/** Bins of the highest probability, each a tenth wide. */
export const CALIBRATION_BINS = 10;

/** Counters of a bin. */
const COUNT = 0;
const CORRECT = 1;
const PERCENT = 2;
const CELLS = 3;

/**
 * Counts of pixels, of correct ones and of stated per cent by bins of the highest probability.
 *
 * @param percent [class][pixel], 0-100, all 0 where there is no data
 * @param ids map value of every class
 * @param truth class ids a pixel, 0 where unknown
 * @throws DataError when probabilities and truth differ in their pixels
 */
export function calibrationCounts(
  scored: ScoredPixels,
  percent: Uint8Array,
  ids: readonly number[],
  truth: Uint8Array,
): BlockCounts {
  const pixels = truth.length;
  if (percent.length !== pixels * ids.length) {
    const problem = `${percent.length} values for ${ids.length} classes x ${pixels} pixels`;
    throw new DataError("probabilities", problem);
  }
  return countPixels(scored, CALIBRATION_BINS * CELLS, (pixel, row) => {
    if (truth[pixel] === 0) return;
    let highest = 0;
    let winner = 0;
    for (let k = 0; k < ids.length; k++) {
      const p = percent[k * pixels + pixel]!;
      if (p > highest) {
        highest = p;
        winner = k;
      }
    }
    if (highest === 0) return;
    const at = Math.min(CALIBRATION_BINS - 1, Math.floor(highest / 10)) * CELLS;
    row[at + COUNT]!++;
    row[at + PERCENT]! += highest;
    if (ids[winner] === truth[pixel]) row[at + CORRECT]!++;
  });
}

/** Pixels of a bin. */
export const binPixels =
  (bin: number): Measure =>
  (n) =>
    n[bin * CELLS + COUNT]!;

/** Share of a bin's pixels that are correct. */
export const binAccuracy =
  (bin: number): Measure =>
  (n) =>
    n[bin * CELLS + CORRECT]! / n[bin * CELLS + COUNT]!;

/** Mean stated probability of a bin, 0-1. */
export const binConfidence =
  (bin: number): Measure =>
  (n) =>
    n[bin * CELLS + PERCENT]! / n[bin * CELLS + COUNT]! / 100;

/**
 * Expected calibration error: mean gap between stated probability and share correct over the bins,
 * weighted by pixels (Guo et al. 2017, equation 3).
 */
export const expectedCalibrationError: Measure = (n) => {
  let gap = 0;
  let total = 0;
  for (let bin = 0; bin < CALIBRATION_BINS; bin++) {
    const at = bin * CELLS;
    gap += Math.abs(n[at + CORRECT]! - n[at + PERCENT]! / 100);
    total += n[at + COUNT]!;
  }
  return gap / total;
};
