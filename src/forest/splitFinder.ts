import type { Random } from "../random.js";
import { maxRanks } from "./bins.js";

/** Ranked training rows, shared by all workers. */
export interface RankedRows {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  /** Features with a second column, see `Bins`. */
  readonly gaps: Int32Array;
  /** [rows][columns] */
  readonly byRow: Uint8Array;
  /** [columns][rows] */
  readonly byColumn: Uint8Array;
  /** Class of each row, 0..classes-1. */
  readonly labels: Uint8Array | Uint16Array;
}

/** How trees are grown. */
export interface TreeOptions {
  /** Features that vary in a node and are tried there. */
  readonly featuresPerSplit: number;
  /** Fewest different rows of a leaf. */
  readonly minLeaf: number;
}

/**
 * Nodes up to this size are sorted by insertion, up to `sortedRows` by counting; larger ones use a
 * histogram.
 */
const insertedRows = 24;
const sortedRows = 1_500;

/**
 * Finds the best split of a node by Gini impurity. About half the time of growing goes into `#try`
 * with what it calls, most of all into reading ranks in nodes that are sorted by counting.
 */
export class SplitFinder {
  /** Rows in bag, grouped by node, with weight and class of each, see `classBits`. */
  readonly order: Int32Array;
  readonly packed: Int32Array;
  /** A row's class sits in so many low bits beside its weight. */
  readonly classBits: number;
  /** Weight of each class in the node last examined [classes]. */
  readonly totals: Float64Array;
  /** Weight of the node last examined. */
  weight = 0;
  /** Column that parts it best, -1 where there is none, and the highest rank that goes left. */
  column = -1;
  rank = 0;
  /** By how much the split raises the sum of squared class weights over weight. */
  gain = 0;

  readonly #table: RankedRows;
  readonly #options: TreeOptions;
  readonly #columns: number;
  /** Second column of a feature, or -1. */
  readonly #twin: Int32Array;
  readonly #candidates: Int32Array;
  /** Rank of each row of the node; rank * 65536 + place in the node, sorted. */
  readonly #ranks = new Uint8Array(sortedRows);
  readonly #keys = new Int32Array(sortedRows);
  readonly #rankRows = new Int32Array(maxRanks + 1);
  readonly #histogram: Int32Array;
  readonly #left: Float64Array;
  #squares = 0;
  #score = 0;

  constructor(table: RankedRows, options: TreeOptions) {
    const { rows, features, classes, gaps } = table;
    this.#table = table;
    this.#options = options;
    this.#columns = features + gaps.length;
    this.#twin = new Int32Array(features).fill(-1);
    for (const [j, f] of gaps.entries()) this.#twin[f] = features + j;
    this.order = new Int32Array(rows);
    this.packed = new Int32Array(rows);
    this.classBits = Math.max(8, 32 - Math.clz32(classes - 1));
    this.totals = new Float64Array(classes);
    this.#histogram = new Int32Array(maxRanks * classes);
    this.#candidates = new Int32Array(features);
    this.#left = new Float64Array(classes);
  }

  /** Forgets the order in which features were tried, so that trees do not depend on earlier ones. */
  restart(): void {
    for (let f = 0; f < this.#candidates.length; f++) this.#candidates[f] = f;
  }

  /** Leaves the best split of the rows start..end of `order` in `column`, `rank` and `gain`. */
  find(start: number, end: number, random: Random): void {
    this.#weigh(start, end);
    const parent = this.#squares / this.weight;
    this.#score = parent * (1 + 1e-12);
    this.column = -1;
    this.rank = 0;
    const size = end - start;
    if (parent === this.weight || size < 2 * this.#options.minLeaf) return;

    const candidates = this.#candidates;
    let tried = 0;
    for (let q = 0; q < candidates.length && tried < this.#options.featuresPerSplit; q++) {
      const pick = q + random.integer(candidates.length - q);
      const feature = candidates[pick]!;
      candidates[pick] = candidates[q]!;
      candidates[q] = feature;
      if (!this.#try(feature, start, end)) continue;
      tried++;
      const twin = this.#twin[feature]!;
      if (twin >= 0) this.#try(twin, start, end);
    }
    this.gain = this.#score - parent;
  }

  /**
   * Where a node of the given size reads the ranks of a column: at `first + row * step` of `table`.
   * A small node takes whole rows, which it and its children then find in the processor's cache.
   */
  place(column: number, size: number): { table: Uint8Array; first: number; step: number } {
    const { byRow, byColumn, rows } = this.#table;
    return size <= sortedRows
      ? { table: byRow, first: column, step: this.#columns }
      : { table: byColumn, first: column * rows, step: 1 };
  }

  #weigh(start: number, end: number): void {
    const { totals, packed, classBits } = this;
    const mask = (1 << classBits) - 1;
    totals.fill(0);
    let weight = 0;
    for (let i = start; i < end; i++) {
      const value = packed[i]!;
      totals[value & mask]! += value >> classBits;
      weight += value >> classBits;
    }
    let squares = 0;
    for (let c = 0; c < totals.length; c++) squares += totals[c]! * totals[c]!;
    this.weight = weight;
    this.#squares = squares;
  }

  /** Tries every border between ranks of a column; false when all ranks are equal. */
  #try(column: number, start: number, end: number): boolean {
    const size = end - start;
    if (size > sortedRows) return this.#scanHistogram(column, start, end);
    const varies =
      size <= insertedRows
        ? this.#sortByInsertion(column, start, size)
        : this.#sortByCounting(column, start, size);
    // Two pure children cannot be bettered.
    if (varies && this.#score < this.weight) this.#scan(column, start, size);
    return varies;
  }

  #sortByInsertion(column: number, start: number, size: number): boolean {
    const { byRow } = this.#table;
    const columns = this.#columns;
    const order = this.order;
    const keys = this.#keys;
    for (let i = 0; i < size; i++) {
      const key = (byRow[order[start + i]! * columns + column]! << 16) | i;
      let p = i;
      while (p > 0 && keys[p - 1]! > key) {
        keys[p] = keys[p - 1]!;
        p--;
      }
      keys[p] = key;
    }
    return keys[0]! >> 16 !== keys[size - 1]! >> 16;
  }

  #sortByCounting(column: number, start: number, size: number): boolean {
    const { table, first, step } = this.place(column, size);
    const order = this.order;
    const ranks = this.#ranks;
    const keys = this.#keys;
    const position = this.#rankRows;
    position.fill(0);
    for (let i = 0; i < size; i++) {
      const rank = table[first + order[start + i]! * step]!;
      ranks[i] = rank;
      position[rank + 1]!++;
    }
    if (position[ranks[0]! + 1] === size) return false;
    for (let r = 1; r <= maxRanks; r++) position[r]! += position[r - 1]!;
    for (let i = 0; i < size; i++) {
      const rank = ranks[i]!;
      keys[position[rank]!++] = (rank << 16) | i;
    }
    return true;
  }

  /** Tries every border between different ranks of the sorted node. */
  #scan(column: number, start: number, size: number): void {
    const { packed, totals, classBits } = this;
    const mask = (1 << classBits) - 1;
    const keys = this.#keys;
    const left = this.#left;
    const weight = this.weight;
    const squares = this.#squares;
    const { minLeaf } = this.#options;
    let score = this.#score;
    left.fill(0);
    let leftWeight = 0;
    let leftSquares = 0;
    let product = 0;
    let key = keys[0]!;
    for (let i = 1; i <= size - minLeaf; i++) {
      const value = packed[start + (key & 0xffff)]!;
      const c = value & mask;
      const w = value >> classBits;
      const known = left[c]!;
      leftSquares += w * (2 * known + w);
      product += w * totals[c]!;
      left[c] = known + w;
      leftWeight += w;
      const next = keys[i]!;
      const border = key >> 16 !== next >> 16;
      key = next;
      if (!border || i < minLeaf) continue;
      // Sum over classes of (total - left)^2, exact: all terms are whole numbers.
      const rightSquares = squares - 2 * product + leftSquares;
      const rightWeight = weight - leftWeight;
      const both = leftSquares * rightWeight + rightSquares * leftWeight;
      if (both < score * leftWeight * rightWeight * (1 - 1e-9)) continue;
      const found = leftSquares / leftWeight + rightSquares / rightWeight;
      if (found <= score) continue;
      score = found;
      this.column = column;
      this.rank = keys[i - 1]! >> 16;
    }
    this.#score = score;
  }

  /** Tries every border of a large node over a histogram; false when all ranks are equal. */
  #scanHistogram(column: number, start: number, end: number): boolean {
    const { byColumn, rows, classes } = this.#table;
    const { order, packed, totals, classBits } = this;
    const mask = (1 << classBits) - 1;
    const histogram = this.#histogram;
    const rankRows = this.#rankRows;
    const first = column * rows;
    histogram.fill(0);
    rankRows.fill(0);
    for (let i = start; i < end; i++) {
      const rank = byColumn[first + order[i]!]!;
      const value = packed[i]!;
      histogram[rank * classes + (value & mask)]! += value >> classBits;
      rankRows[rank]!++;
    }
    const left = this.#left;
    const { minLeaf } = this.#options;
    left.fill(0);
    let leftRows = 0;
    let leftWeight = 0;
    let leftSquares = 0;
    let product = 0;
    for (let rank = 0; rank < maxRanks; rank++) {
      if (rankRows[rank] === 0) continue;
      if (rankRows[rank] === end - start) return false;
      for (let c = 0; c < classes; c++) {
        const w = histogram[rank * classes + c]!;
        if (w === 0) continue;
        const known = left[c]!;
        leftSquares += w * (2 * known + w);
        product += w * totals[c]!;
        left[c] = known + w;
        leftWeight += w;
      }
      leftRows += rankRows[rank]!;
      if (end - start - leftRows < minLeaf) break;
      if (leftRows < minLeaf) continue;
      const rightSquares = this.#squares - 2 * product + leftSquares;
      const found = leftSquares / leftWeight + rightSquares / (this.weight - leftWeight);
      if (found <= this.#score) continue;
      this.#score = found;
      this.column = column;
      this.rank = rank;
    }
    return true;
  }
}
