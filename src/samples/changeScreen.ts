import { median, robustDeviation } from "./robust.js";

/** Below this many pixels a code has no typical change to compare with. */
const fewestPixels = 40;
/** Share of a feature's overall deviation that counts as no change at all. */
const noise = 0.05;
const limit = 3;

/**
 * Pixels of one code whose features changed between two years like those of most of its pixels.
 * Each feature's change loses the code's median and is divided by the code's robust deviation; a
 * pixel passes when its mean absolute score is at most the median plus three robust deviations.
 *
 * @param now rows of standardised features [n][features] of the year
 * @param before the same of the label year, standardised alike
 * @returns 1 where the pixel passes [n]
 */
export function changeScreen(
  now: Float32Array,
  before: Float32Array,
  features: number,
): Uint8Array {
  const pixels = now.length / features;
  const pass = new Uint8Array(pixels).fill(1);
  if (pixels < fewestPixels) return pass;
  const score = new Float64Array(pixels);
  const change = new Float64Array(pixels);
  for (let f = 0; f < features; f++) {
    for (let i = 0; i < pixels; i++) change[i] = now[i * features + f]! - before[i * features + f]!;
    const middle = median(change);
    const spread = robustDeviation(change, middle) + noise;
    for (let i = 0; i < pixels; i++) {
      score[i]! += Math.abs(change[i]! - middle) / spread / features;
    }
  }
  const middle = median(score);
  const highest = middle + limit * robustDeviation(score, middle);
  for (let i = 0; i < pixels; i++) if (score[i]! > highest) pass[i] = 0;
  return pass;
}
