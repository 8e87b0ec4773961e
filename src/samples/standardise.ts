/** Mean and standard deviation of each of a row's features. */
export interface Standard {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Features of some pixels as rows, in shared memory.
 *
 * @param features [feature][pixel] over the whole grid
 * @param count number of features
 * @returns [pixels.length][count]
 */
export function featureRows(
  features: Float32Array,
  count: number,
  pixels: Uint32Array,
): Float32Array {
  const all = features.length / count;
  const rows = new Float32Array(new SharedArrayBuffer(pixels.length * count * 4));
  for (let f = 0; f < count; f++) {
    for (let i = 0; i < pixels.length; i++) rows[i * count + f] = features[f * all + pixels[i]!]!;
  }
  return rows;
}

/** Pixels at which every feature is a number. */
export function completePixels(
  features: Float32Array,
  count: number,
  pixels: Uint32Array,
): Uint32Array {
  const all = features.length / count;
  return pixels.filter((pixel) => {
    for (let f = 0; f < count; f++) if (Number.isNaN(features[f * all + pixel]!)) return false;
    return true;
  });
}

/** Mean and deviation over rows [n][count]; a constant feature has a deviation of 1. */
export function standardOf(rows: Float32Array, count: number): Standard {
  const mean = new Float64Array(count);
  const deviation = new Float64Array(count);
  const n = rows.length / count;
  for (let i = 0; i < rows.length; i++) mean[i % count]! += rows[i]! / n;
  for (let i = 0; i < rows.length; i++) deviation[i % count]! += (rows[i]! - mean[i % count]!) ** 2;
  for (let f = 0; f < count; f++) deviation[f] = Math.sqrt(deviation[f]! / n) || 1;
  return { mean, deviation };
}

/** Standardises rows [n][count] in place. */
export function standardise(rows: Float32Array, { mean, deviation }: Standard): Float32Array {
  const count = mean.length;
  for (let i = 0; i < rows.length; i++) {
    rows[i] = (rows[i]! - mean[i % count]!) / deviation[i % count]!;
  }
  return rows;
}
