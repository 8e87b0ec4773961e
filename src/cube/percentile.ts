/** Sorts the first `count` values ascending in place; short runs dominate, so by insertion. */
export function sortFirst(values: Float64Array, count: number): void {
  if (count > 96) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i]!;
    let j = i - 1;
    while (j >= 0 && values[j]! > value) {
      values[j + 1] = values[j]!;
      j--;
    }
    values[j + 1] = value;
  }
}

/**
 * Percentile of the first `count` sorted values, linear between ranks.
 *
 * @param share 0-1
 * @returns NaN for no value
 */
export function sortedPercentile(sorted: ArrayLike<number>, count: number, share: number): number {
  if (count === 0) return Number.NaN;
  const rank = share * (count - 1);
  const lower = Math.floor(rank);
  const low = sorted[lower]!;
  return lower + 1 < count ? low + (rank - lower) * (sorted[lower + 1]! - low) : low;
}
