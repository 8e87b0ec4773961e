/**
 * Quantile with linear interpolation between order statistics. The values are put into another order.
 *
 * @param values at least one, no NaN
 * @param share 0-1
 */
export function quantile(values: Float64Array, share: number): number {
  const last = values.length - 1;
  const at = share * last;
  const below = Math.floor(at);
  const left = select(values, below);
  if (below === last) return left;
  let right = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i <= last; i++) right = Math.min(right, values[i]!);
  return left + (at - below) * (right - left);
}

/**
 * The value at place `rank` of the ascending order, found without sorting: no value before that place
 * is larger and none after it smaller (Hoare 1961, Algorithm 65).
 */
function select(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}
