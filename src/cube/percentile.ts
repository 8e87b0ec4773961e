/** Runs up to this length are sorted by insertion. */
const shortRun = 14;

/** Sorts the first `count` values ascending in place; they must be numbers. */
export function sortFirst(values: Float64Array, count: number): void {
  sortRange(values, 0, count - 1);
}

/** Sorts values from `first` to `last`, both included: quicksort down to short runs (Hoare 1962). */
function sortRange(values: Float64Array, first: number, last: number): void {
  let from = first;
  let to = last;
  while (to - from >= shortRun) {
    const middle = split(values, from, to);
    // The shorter part goes one level down, so that no order of values deepens the recursion much.
    if (middle - from < to - middle) {
      sortRange(values, from, middle);
      from = middle + 1;
    } else {
      sortRange(values, middle + 1, to);
      to = middle;
    }
  }
  for (let i = from + 1; i <= to; i++) {
    const value = values[i]!;
    let j = i - 1;
    for (; j >= from && values[j]! > value; j--) values[j + 1] = values[j]!;
    values[j + 1] = value;
  }
}

/** Moves values up to a pivot to the front; returns the last place of the front part. */
function split(values: Float64Array, from: number, to: number): number {
  const pivot = medianOf(values[from]!, values[(from + to) >> 1]!, values[to]!);
  let i = from - 1;
  let j = to + 1;
  while (true) {
    do i++;
    while (values[i]! < pivot);
    do j--;
    while (values[j]! > pivot);
    if (i >= j) return j;
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}

function medianOf(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
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

/** {@link sortedPercentile} of numbers in any order, which it moves about. */
export function percentile(values: Float64Array, share: number): number {
  const { length } = values;
  const lower = Math.floor(share * (length - 1));
  select(values, lower);
  if (lower + 1 < length) select(values.subarray(lower + 1), 0);
  return sortedPercentile(values, length, share);
}

/** Moves the value of a rank to its place: smaller ones before it, larger ones behind it. */
function select(values: Float64Array, rank: number): void {
  let from = 0;
  let to = values.length - 1;
  while (to - from >= shortRun) {
    const middle = split(values, from, to);
    if (rank <= middle) to = middle;
    else from = middle + 1;
  }
  sortRange(values, from, to);
}
