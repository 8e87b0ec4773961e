/** The q-quantile (0-1) of the values, linear between neighbours; NaN without values. */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** The median of the values; NaN without values. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Median absolute deviation from `centre`, times 1.4826: the deviation of normal values. */
export function robustDeviation(values: ArrayLike<number>, centre: number): number {
  return 1.4826 * median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}
