import { UsageError } from "../errors.js";

/**
 * Points that a stratified sample needs for a wanted standard error of overall accuracy (Olofsson et
 * al. 2014, equation 13): (sum_i W_i sqrt(U_i (1 - U_i)) / SE)^2.
 *
 * @param weights area share of every stratum
 * @param accuracies expected user's accuracy of every stratum, 0-1
 * @param error wanted standard error, above 0
 */
export function sampleSize(
  weights: readonly number[],
  accuracies: readonly number[],
  error: number,
): number {
  if (!(error > 0)) throw new UsageError("error", `${error} is not above 0`);
  const spread = weights.reduce((sum, weight, i) => {
    const accuracy = accuracies[i]!;
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new UsageError("accuracies", `${accuracy} is not in 0..1`);
    }
    return sum + weight * Math.sqrt(accuracy * (1 - accuracy));
  }, 0);
  return Math.round((spread / error) ** 2);
}

/**
 * Points for every stratum: at least `fewest` where there are as many pixels, the others in proportion
 * to the pixels (largest remainders first). The sum is `points`, or what the area holds.
 *
 * @throws UsageError when the smallest strata alone need more points
 */
export function allocate(points: number, pixels: readonly number[], fewest: number): number[] {
  const floor = pixels.map((count) => Math.min(count, fewest));
  const needed = floor.reduce((sum, count) => sum + count, 0);
  if (needed > points) {
    throw new UsageError("points", `${points} is below the ${needed} that the strata need`);
  }
  const room = pixels.map((count, h) => count - floor[h]!);
  const open = room.reduce((sum, count) => sum + count, 0);
  const left = Math.min(points - needed, open);
  const exact = room.map((count) => (open === 0 ? 0 : (left * count) / open));
  const out = exact.map((share, h) => floor[h]! + Math.floor(share));
  const rest = left - exact.reduce((sum, share) => sum + Math.floor(share), 0);
  const order = [...exact.keys()].sort((a, b) => (exact[b]! % 1) - (exact[a]! % 1) || a - b);
  for (const h of order.slice(0, rest)) out[h]!++;
  return out;
}
