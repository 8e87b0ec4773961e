/**
 * Writes class probabilities of one pixel as whole per cent without losing the winner: a class that
 * rounding lifts to the level of the most probable one goes one per cent below it.
 *
 * @param probabilities 0-1, one pixel's classes from `from`
 * @param out per cent [class][pixel]
 * @param pixels pixels of a class in `out`
 */
export function writePercent(
  probabilities: Float32Array,
  from: number,
  classes: number,
  out: Uint8Array,
  pixel: number,
  pixels: number,
): void {
  let winner = 0;
  for (let k = 1; k < classes; k++) {
    if (probabilities[from + k]! > probabilities[from + winner]!) winner = k;
  }
  const highest = Math.max(1, Math.round(100 * probabilities[from + winner]!));
  for (let k = 0; k < classes; k++) {
    const percent = Math.round(100 * probabilities[from + k]!);
    out[k * pixels + pixel] = k === winner ? highest : Math.min(percent, highest - 1);
  }
}
