import type { Legend } from "../manifest/manifest.js";
import type { BlockCounts, ScoredPixels } from "./blockCounts.js";
import { type BlockDraws, type Distribution, viewDistributions } from "./bootstrap.js";

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
  const width = classes * classes;
  const counts = new Float64Array(scored.blocks * width);
  const { pixels, block } = scored;
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    const row = column[rows[pixel]!]!;
    const col = column[columns[pixel]!]!;
    if (row !== 255 && col !== 255) counts[block[i]! * width + row * classes + col]!++;
  }
  return { blocks: scored.blocks, width, counts };
}

/** A K x K matrix of pixels with its margins. */
export interface Confusion {
  readonly classes: number;
  /** [row][column]. */
  readonly cells: Float64Array;
  /** Sum of every row. */
  readonly rows: Float64Array;
  /** Sum of every column. */
  readonly columns: Float64Array;
  readonly total: number;
}

/** A measure of the whole matrix. */
export type MatrixMeasure = (matrix: Confusion) => number;

/** A measure of class k. */
export type ClassMeasure = (matrix: Confusion, k: number) => number;

/** A function that adds up the margins of K x K cells; it returns one object again and again. */
export function marginsOf(classes: number): (cells: Float64Array) => Confusion {
  const rows = new Float64Array(classes);
  const columns = new Float64Array(classes);
  const none: Float64Array = new Float64Array(0);
  const matrix = { classes, cells: none, rows, columns, total: 0 };
  return (cells) => {
    rows.fill(0);
    columns.fill(0);
    let total = 0;
    for (let i = 0, cell = 0; i < classes; i++) {
      let row = 0;
      for (let j = 0; j < classes; j++, cell++) {
        const count = cells[cell]!;
        row += count;
        columns[j]! += count;
      }
      rows[i] = row;
      total += row;
    }
    matrix.cells = cells;
    matrix.total = total;
    return matrix;
  };
}

/** Pixels of class k in both. */
export function diagonalOf({ cells, classes }: Confusion, k: number): number {
  return cells[k * classes + k]!;
}

/** Share of the diagonal; NaN for an empty matrix. */
export function diagonalShare(matrix: Confusion): number {
  let diagonal = 0;
  for (let k = 0; k < matrix.classes; k++) diagonal += diagonalOf(matrix, k);
  return diagonal / matrix.total;
}

/** 2 N_kk / (N_k. + N_.k): Dice of two maps, F1 of a map against a reference. */
export function diceOf(matrix: Confusion, k: number): number {
  return (2 * diagonalOf(matrix, k)) / (matrix.rows[k]! + matrix.columns[k]!);
}

/**
 * Matrices per block with groups of classes added up.
 *
 * @param group new number of every class, 0-based
 */
export function mergeClasses(
  { blocks, counts }: BlockCounts,
  group: readonly number[],
): BlockCounts {
  const classes = group.length;
  const merged = Math.max(...group) + 1;
  const width = merged * merged;
  const out = new Float64Array(blocks * width);
  for (let b = 0, at = 0; b < blocks; b++) {
    for (let i = 0; i < classes; i++) {
      for (let j = 0; j < classes; j++, at++) {
        out[b * width + group[i]! * merged + group[j]!]! += counts[at]!;
      }
    }
  }
  return { blocks, width, counts: out };
}

/** Distributions of measures of a matrix counted by blocks. */
export function matrixDistributions(
  counts: BlockCounts,
  measures: readonly MatrixMeasure[],
  draws: BlockDraws,
): Distribution[] {
  return viewDistributions(counts, marginsOf(Math.sqrt(counts.width)), measures, draws);
}
