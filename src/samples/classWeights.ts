/**
 * Weights that let every class present count as much as the most frequent one, as far as `most`
 * allows: samples of the most frequent class / samples of the class, at most `most`; 0 for a class
 * without samples.
 *
 * @param counts samples of every class
 */
export function balancedClassWeights(counts: ArrayLike<number>, most = 10): Float64Array {
  const largest = Math.max(...Array.from(counts));
  return Float64Array.from(counts, (count) => (count > 0 ? Math.min(most, largest / count) : 0));
}

/** Number of every label from 0 to `classes` - 1. */
export function classCounts(labels: Uint8Array, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label]!++;
  return counts;
}
