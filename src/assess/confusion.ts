import type { Legend } from "../manifest/manifest.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";

/** Column of every map value in the legend, 255 for values that are no class (0 is no data). */
export function classColumns(legend: Legend): Uint8Array {
  const columns = new Uint8Array(256).fill(255);
  legend.forEach((entry, column) => {
    columns[entry.id] = column;
  });
  return columns;
}

/**
 * Confusion (or transition) matrices per block: rows are the classes of `rows`, columns those of
 * `columns`, in legend order; cell = row * K + column. Pixels without a class in either are left out.
 */
export function confusionCounts(
  scored: ScoredPixels,
  legend: Legend,
  rows: Uint8Array,
  columns: Uint8Array,
): BlockCounts {
  const classes = legend.length;
  const column = classColumns(legend);
  return countPixels(scored, classes * classes, (pixel, counts) => {
    const row = column[rows[pixel]!]!;
    const col = column[columns[pixel]!]!;
    if (row !== 255 && col !== 255) counts[row * classes + col]!++;
  });
}

/** Sum of row k of a K x K matrix. */
export function rowSum(matrix: Float64Array, classes: number, k: number): number {
  let sum = 0;
  for (let j = 0; j < classes; j++) sum += matrix[k * classes + j]!;
  return sum;
}

/** Sum of column k of a K x K matrix. */
export function columnSum(matrix: Float64Array, classes: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < classes; i++) sum += matrix[i * classes + k]!;
  return sum;
}

/** Share of the diagonal; NaN for an empty matrix. */
export function diagonalShare(matrix: Float64Array, classes: number): number {
  let diagonal = 0;
  let total = 0;
  for (let i = 0; i < classes * classes; i++) total += matrix[i]!;
  for (let k = 0; k < classes; k++) diagonal += matrix[k * classes + k]!;
  return diagonal / total;
}

/** 2 N_kk / (N_k. + N_.k): Dice of two maps, F1 of a map against a reference. */
export function diceOf(matrix: Float64Array, classes: number, k: number): number {
  return (
    (2 * matrix[k * classes + k]!) / (rowSum(matrix, classes, k) + columnSum(matrix, classes, k))
  );
}

/**
 * The matrix with groups of classes added up.
 *
 * @param group new number of every class, 0-based
 */
export function mergeClasses(matrix: Float64Array, group: readonly number[]): Float64Array {
  const classes = group.length;
  const merged = Math.max(...group) + 1;
  const out = new Float64Array(merged * merged);
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      out[group[i]! * merged + group[j]!]! += matrix[i * classes + j]!;
    }
  }
  return out;
}
