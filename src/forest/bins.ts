/** Bins of a feature, at most. */
export const maxBins = 256;
/** Edges of a feature; unused ones at the end are infinite. */
const edgesPerFeature = maxBins - 1;
/** Rows the quantiles are taken from. */
const quantileRows = 20_000;

/**
 * Upper edges of the bins of every feature, at the quantiles of the rows.
 * A value belongs to the first bin whose edge is not below it.
 *
 * @param values rows [n][features]
 * @returns [features][255], ascending
 */
export function quantileEdges(values: Float32Array, features: number): Float32Array {
  const rows = values.length / features;
  const count = Math.min(rows, quantileRows);
  const column = new Float32Array(count);
  const edges = new Float32Array(features * edgesPerFeature).fill(Number.POSITIVE_INFINITY);
  for (let f = 0; f < features; f++) {
    for (let i = 0; i < count; i++) {
      column[i] = values[Math.floor((i * rows) / count) * features + f]!;
    }
    column.sort();
    let used = f * edgesPerFeature;
    let last = Number.NEGATIVE_INFINITY;
    for (let q = 1; q < maxBins; q++) {
      const at = Math.floor((q * count) / maxBins);
      const edge = Math.fround((column[Math.max(0, at - 1)]! + column[at]!) / 2);
      if (edge > last && edge < column[count - 1]!) {
        edges[used++] = edge;
        last = edge;
      }
    }
  }
  return edges;
}

/** Bin of every value by column [features][n], in shared memory. */
export function binColumns(
  values: Float32Array,
  features: number,
  edges: Float32Array,
): Uint8Array {
  const rows = values.length / features;
  const bins = new Uint8Array(new SharedArrayBuffer(rows * features));
  for (let i = 0, v = 0; i < rows; i++) {
    for (let f = 0; f < features; f++, v++) {
      const value = values[v]!;
      const first = f * edgesPerFeature;
      let low = 0;
      let high = edgesPerFeature;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (edges[first + middle]! < value) low = middle + 1;
        else high = middle;
      }
      bins[f * rows + i] = low;
    }
  }
  return bins;
}
