import { DataError } from "../errors.js";

/** Where the values of every feature are cut. */
export interface Bins {
  /** Length of a row. */
  readonly features: number;
  /**
   * Features that may be missing (not a number), ascending. Each has a second column behind those
   * of all features: in the first one a missing value is below all others, in the second above.
   */
  readonly gaps: Int32Array;
  /** [features][power of two], ascending; the unused ones at the end, one at least, are infinite. */
  readonly edges: Float32Array;
}

/** Ranks of rows [n][columns]. */
export type Ranks = Uint8Array | Uint16Array;

/** Ranks of a feature of a trained forest, at most. */
export const maxRanks = 256;
/** Rows the quantiles are taken from. */
const quantileRows = 20_000;

/** Columns of a ranked row. */
export const columnCount = ({ features, gaps }: Bins): number => features + gaps.length;

/** Memory for the ranks of rows, one byte each where that is enough. */
export function emptyRanks(bins: Bins, rows: number): Ranks {
  const size = rows * columnCount(bins);
  return bins.edges.length / bins.features <= maxRanks
    ? new Uint8Array(new SharedArrayBuffer(size))
    : new Uint16Array(new SharedArrayBuffer(2 * size));
}

/**
 * Writes the edges of one feature at the quantiles of its values. A value has the rank of the first
 * edge that is not below it.
 *
 * @param values rows [n][features]
 * @param gap whether values are missing; they are left out
 * @param edges filled: [256]
 */
export function quantileEdges(
  values: Float32Array,
  features: number,
  feature: number,
  gap: boolean,
  edges: Float32Array,
): void {
  const rows = values.length / features;
  const count = Math.min(rows, quantileRows);
  const all = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    all[i] = values[Math.floor((i * rows) / count) * features + feature]!;
  }
  const column = gap ? all.filter((value) => !Number.isNaN(value)) : all;
  column.sort();
  edges.fill(Number.POSITIVE_INFINITY);
  let used = 0;
  let last = Number.NEGATIVE_INFINITY;
  // Below the first edge and above the last one there must be room for the missing ones.
  if (gap) edges[used++] = last;
  const cuts = gap ? maxRanks - 2 : maxRanks;
  for (let q = 1; q < cuts; q++) {
    const at = Math.floor((q * column.length) / cuts);
    const edge = Math.fround((column[Math.max(0, at - 1)]! + column[at]!) / 2);
    if (edge > last && edge < column.at(-1)!) {
      edges[used++] = edge;
      last = edge;
    }
  }
}

/** Equal parts of a feature's range, each with few edges. */
const cells = 512;
/** Rows that are ranked feature by feature, so that a feature's edges stay in the nearest cache. */
const rowsTogether = 128;

/** Bins with what finds ranks fast. */
export interface Ranking {
  readonly bins: Bins;
  /** First edge of every feature and cells per unit above it [features]. */
  readonly lowest: Float64Array;
  readonly scale: Float64Array;
  /** Edges in the cells before each cell [features][cells]. */
  readonly before: Uint16Array;
}

/** Prepares the ranking of rows by complete bins. */
export function createRanking(bins: Bins): Ranking {
  const { features, edges } = bins;
  const stride = edges.length / features;
  const lowest = new Float64Array(features);
  const scale = new Float64Array(features);
  const before = new Uint16Array(features * cells);
  for (let f = 0; f < features; f++) {
    const own = edges.subarray(f * stride, (f + 1) * stride);
    const finite = own.filter((edge) => Number.isFinite(edge));
    lowest[f] = finite[0] ?? 0;
    scale[f] = finite.length > 1 ? cells / (finite.at(-1)! - finite[0]!) : 0;
    const counts = before.subarray(f * cells, (f + 1) * cells);
    for (const edge of own) {
      const cell = cellOf(edge, lowest[f]!, scale[f]!);
      if (cell + 1 < cells) counts[cell + 1]!++;
    }
    for (let cell = 1; cell < cells; cell++) counts[cell]! += counts[cell - 1]!;
  }
  return { bins, lowest, scale, before };
}

/** Never falls as the value grows, so an edge in a lower cell is below the value; NaN is in cell 0. */
function cellOf(value: number, lowest: number, scale: number): number {
  const at = (value - lowest) * scale;
  return at > 0 ? (at < cells ? at | 0 : cells - 1) : 0;
}

/**
 * Ranks the rows first..last-1: for each feature the number of edges below its value, searched among
 * the edges in the value's cell.
 *
 * @param values rows [n][features]
 * @param ranks filled from its start: [last - first][columns]
 * @param names of the features, for the message
 * @throws DataError when a value is infinite, or missing where no value was missing in training
 */
export function rankRows(
  { bins, lowest, scale, before }: Ranking,
  values: Float32Array,
  first: number,
  last: number,
  ranks: Ranks,
  names?: readonly string[],
): void {
  const { features, gaps, edges } = bins;
  const columns = columnCount(bins);
  const stride = edges.length / features;
  for (let from = first; from < last; from += rowsTogether) {
    const to = Math.min(last, from + rowsTogether);
    // Stays 0 unless a value is infinite or not a number.
    let odd = 0;
    for (let f = 0; f < features; f++) {
      const base = f * stride;
      const start = lowest[f]!;
      const perUnit = scale[f]!;
      for (let row = from; row < to; row++) {
        const value = values[row * features + f]!;
        odd += value - value;
        let edge = base + before[f * cells + cellOf(value, start, perUnit)]!;
        // The first of the cell's few edges without a branch, which would go either way.
        edge += +(edges[edge]! < value);
        while (edges[edge]! < value) edge++;
        ranks[(row - first) * columns + f] = edge - base;
      }
    }
    for (let row = from; row < to; row++) {
      const at = (row - first) * columns;
      for (let j = 0; j < gaps.length; j++) {
        const value = values[row * features + gaps[j]!]!;
        ranks[at + features + j] = Number.isNaN(value) ? stride - 1 : ranks[at + gaps[j]!]!;
      }
      if (odd !== 0) refuseOdd(bins, values, row, names);
    }
  }
}

/** Refuses a row with a value that the bins have no place for. */
function refuseOdd(
  { features, gaps }: Bins,
  values: Float32Array,
  row: number,
  names?: readonly string[],
): void {
  for (let f = 0; f < features; f++) {
    const value = values[row * features + f]!;
    if (Number.isFinite(value) || (Number.isNaN(value) && gaps.includes(f))) continue;
    throw oddValue(names?.[f] ?? `feature ${f}`, row, value, "expected a finite number");
  }
}

/** The error for a value that cannot be used. */
export const oddValue = (name: string, row: number, value: number, expected: string): DataError =>
  new DataError(name, `${value} in row ${row}, ${expected}`);
