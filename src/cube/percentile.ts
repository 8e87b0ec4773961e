/** Gaps of Shell's sort for longer runs; short ones are sorted by insertion alone, a third faster. */
const longGaps = [57, 23, 10, 4, 1];
const shortGaps = [1];
const shortRun = 64;

/** Sorts the first `count` values ascending in place (runs of tens of values dominate). */
export function sortFirst(values: Float64Array, count: number): void {
  for (const gap of count > shortRun ? longGaps : shortGaps) {
    for (let i = gap; i < count; i++) {
      const value = values[i]!;
      let j = i - gap;
      while (j >= 0 && values[j]! > value) {
        values[j + gap] = values[j]!;
        j -= gap;
      }
      values[j + gap] = value;
    }
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
