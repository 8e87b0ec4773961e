import type { Random } from "../random.js";
import { maxBins } from "./bins.js";
import type { Tree } from "./forest.js";

/** Binned training rows, shared by all workers. */
export interface BinnedRows {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
  /** [features][rows] */
  readonly bins: Uint8Array;
  /** Class of each row, 0..classes-1. */
  readonly labels: Uint8Array;
}

/** How trees are grown. */
export interface TreeOptions {
  /** Features that vary in a node and are tried there. */
  readonly featuresPerSplit: number;
  /** Fewest different rows of a leaf. */
  readonly minLeaf: number;
}

/** Nodes up to this size are sorted by insertion, up to `countedRows` by counting; larger ones use a histogram. */
const insertedRows = 24;
const countedRows = 1_500;
/** A row's class sits in the low bits beside its weight. */
const classBits = 8;
const classMask = 255;

/**
 * Grows trees on one table, one after the other, and owns the buffers for that. A tree depends on
 * nothing but the table, the weights and the generator.
 */
export class TreeGrower {
  readonly #table: BinnedRows;
  readonly #options: TreeOptions;
  /** Rows in bag, grouped by node, and weight and class of each. */
  readonly #order: Int32Array;
  readonly #packed: Int32Array;
  readonly #spareOrder: Int32Array;
  readonly #sparePacked: Int32Array;
  readonly #sortedBins = new Uint8Array(countedRows);
  readonly #sortedPacked = new Int32Array(countedRows);
  readonly #binRows = new Int32Array(maxBins + 1);
  readonly #histogram: Int32Array;
  readonly #candidates: Int32Array;
  readonly #totals: Float64Array;
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  /** Node under examination: total weight, sum of the squared class weights, best split so far. */
  #weight = 0;
  #squares = 0;
  #score = 0;
  #feature = -1;
  #bin = 0;

  constructor(table: BinnedRows, options: TreeOptions) {
    this.#table = table;
    this.#options = options;
    this.#order = new Int32Array(table.rows);
    this.#packed = new Int32Array(table.rows);
    this.#spareOrder = new Int32Array(table.rows);
    this.#sparePacked = new Int32Array(table.rows);
    this.#histogram = new Int32Array(maxBins * table.classes);
    this.#candidates = new Int32Array(table.features);
    this.#totals = new Float64Array(table.classes);
    this.#left = new Float64Array(table.classes);
    this.#right = new Float64Array(table.classes);
  }

  /**
   * One tree, split by Gini impurity.
   *
   * @param weights weight of each row, 0 for rows out of bag
   */
  grow(weights: Int32Array, random: Random): Tree {
    const { rows, labels, classes } = this.#table;
    let inBag = 0;
    for (let i = 0; i < rows; i++) {
      if (weights[i] === 0) continue;
      this.#order[inBag] = i;
      this.#packed[inBag++] = (weights[i]! << classBits) | labels[i]!;
    }
    // The order of trying must not remember earlier trees, or workers would matter.
    for (let f = 0; f < this.#candidates.length; f++) this.#candidates[f] = f;

    const feature: number[] = [];
    const bin: number[] = [];
    const next: number[] = [];
    const leaves: number[] = [];
    const open: { start: number; end: number; parent: number }[] = [
      { start: 0, end: inBag, parent: -1 },
    ];
    for (let node = open.pop(); node; node = open.pop()) {
      const { start, end, parent } = node;
      const id = feature.length;
      if (parent >= 0) next[parent] = id;
      this.#findSplit(start, end, random);
      feature.push(this.#feature);
      bin.push(this.#bin);
      if (this.#feature < 0) {
        next.push(leaves.length / classes);
        for (let c = 0; c < classes; c++) leaves.push(this.#totals[c]! / this.#weight);
        continue;
      }
      next.push(-1);
      const middle = this.#partition(start, end);
      open.push({ start: middle, end, parent: id }, { start, end: middle, parent: -1 });
    }
    return {
      feature: Int32Array.from(feature),
      bin: Uint8Array.from(bin),
      next: Int32Array.from(next),
      leaves: Float32Array.from(leaves),
    };
  }

  /** Leaves the best split of rows start..end in `#feature` and `#bin`; -1 when there is none. */
  #findSplit(start: number, end: number, random: Random): void {
    const totals = this.#totals;
    const packed = this.#packed;
    totals.fill(0);
    let weight = 0;
    for (let i = start; i < end; i++) {
      const value = packed[i]!;
      totals[value & classMask]! += value >> classBits;
      weight += value >> classBits;
    }
    let squares = 0;
    let pure = false;
    for (let c = 0; c < totals.length; c++) {
      squares += totals[c]! * totals[c]!;
      if (totals[c] === weight) pure = true;
    }
    this.#weight = weight;
    this.#squares = squares;
    this.#score = (squares / weight) * (1 + 1e-12);
    this.#feature = -1;
    this.#bin = 0;
    const size = end - start;
    if (pure || size < 2 * this.#options.minLeaf) return;

    const candidates = this.#candidates;
    let tried = 0;
    for (let q = 0; q < candidates.length && tried < this.#options.featuresPerSplit; q++) {
      const pick = q + random.integer(candidates.length - q);
      const feature = candidates[pick]!;
      candidates[pick] = candidates[q]!;
      candidates[q] = feature;
      const varies =
        size <= insertedRows
          ? this.#sortByInsertion(feature, start, end)
          : size <= countedRows
            ? this.#sortByCounting(feature, start, end)
            : this.#scanHistogram(feature, start, end);
      if (!varies) continue;
      tried++;
      if (size <= countedRows) this.#scanSorted(feature, size);
    }
  }

  /** Sorts a small node by the feature's bin; false when all bins are equal. */
  #sortByInsertion(feature: number, start: number, end: number): boolean {
    const { bins, rows } = this.#table;
    const order = this.#order;
    const packed = this.#packed;
    const sortedBins = this.#sortedBins;
    const sortedPacked = this.#sortedPacked;
    const column = feature * rows;
    for (let i = start; i < end; i++) {
      const bin = bins[column + order[i]!]!;
      let p = i - start;
      while (p > 0 && sortedBins[p - 1]! > bin) {
        sortedBins[p] = sortedBins[p - 1]!;
        sortedPacked[p] = sortedPacked[p - 1]!;
        p--;
      }
      sortedBins[p] = bin;
      sortedPacked[p] = packed[i]!;
    }
    return sortedBins[0] !== sortedBins[end - start - 1];
  }

  /** Sorts a middle-sized node by the feature's bin; false when all bins are equal. */
  #sortByCounting(feature: number, start: number, end: number): boolean {
    const { bins, rows } = this.#table;
    const order = this.#order;
    const packed = this.#packed;
    const sortedBins = this.#sortedBins;
    const sortedPacked = this.#sortedPacked;
    const position = this.#binRows;
    const column = feature * rows;
    position.fill(0);
    for (let i = start; i < end; i++) position[bins[column + order[i]!]! + 1]!++;
    for (let b = 1; b <= maxBins; b++) {
      if (position[b] === end - start) return false;
      position[b]! += position[b - 1]!;
    }
    for (let i = start; i < end; i++) {
      const bin = bins[column + order[i]!]!;
      const p = position[bin]!++;
      sortedBins[p] = bin;
      sortedPacked[p] = packed[i]!;
    }
    return true;
  }

  /** Tries every border between different bins of the sorted node. */
  #scanSorted(feature: number, size: number): void {
    const bins = this.#sortedBins;
    const packed = this.#sortedPacked;
    const left = this.#left;
    const right = this.#right;
    const total = this.#weight;
    const { minLeaf } = this.#options;
    left.fill(0);
    right.set(this.#totals);
    let leftWeight = 0;
    let leftSquares = 0;
    let rightSquares = this.#squares;
    for (let i = 0; i < size - minLeaf; i++) {
      const value = packed[i]!;
      const c = value & classMask;
      const w = value >> classBits;
      leftSquares += w * (2 * left[c]! + w);
      rightSquares -= w * (2 * right[c]! - w);
      left[c]! += w;
      right[c]! -= w;
      leftWeight += w;
      if (bins[i] === bins[i + 1] || i + 1 < minLeaf) continue;
      const score = leftSquares / leftWeight + rightSquares / (total - leftWeight);
      if (score > this.#score) this.#take(score, feature, bins[i]!);
    }
  }

  /** Tries every border of a large node over a histogram; false when all bins are equal. */
  #scanHistogram(feature: number, start: number, end: number): boolean {
    const { bins, rows, classes } = this.#table;
    const order = this.#order;
    const packed = this.#packed;
    const histogram = this.#histogram;
    const binRows = this.#binRows;
    const column = feature * rows;
    histogram.fill(0);
    binRows.fill(0);
    for (let i = start; i < end; i++) {
      const bin = bins[column + order[i]!]!;
      const value = packed[i]!;
      histogram[bin * classes + (value & classMask)]! += value >> classBits;
      binRows[bin]!++;
    }
    const left = this.#left;
    const right = this.#right;
    const total = this.#weight;
    const { minLeaf } = this.#options;
    left.fill(0);
    right.set(this.#totals);
    let leftRows = 0;
    let leftWeight = 0;
    let leftSquares = 0;
    let rightSquares = this.#squares;
    for (let bin = 0; bin < maxBins; bin++) {
      if (binRows[bin] === 0) continue;
      if (binRows[bin] === end - start) return false;
      for (let c = 0; c < classes; c++) {
        const w = histogram[bin * classes + c]!;
        if (w === 0) continue;
        leftSquares += w * (2 * left[c]! + w);
        rightSquares -= w * (2 * right[c]! - w);
        left[c]! += w;
        right[c]! -= w;
        leftWeight += w;
      }
      leftRows += binRows[bin]!;
      if (end - start - leftRows < minLeaf) break;
      if (leftRows < minLeaf) continue;
      const score = leftSquares / leftWeight + rightSquares / (total - leftWeight);
      if (score > this.#score) this.#take(score, feature, bin);
    }
    return true;
  }

  #take(score: number, feature: number, bin: number): void {
    this.#score = score;
    this.#feature = feature;
    this.#bin = bin;
  }

  /** Moves the rows of the left child to the front, keeping their order; returns where the right one starts. */
  #partition(start: number, end: number): number {
    const { bins, rows } = this.#table;
    const order = this.#order;
    const packed = this.#packed;
    const column = this.#feature * rows;
    let front = start;
    let spare = 0;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      if (bins[column + row]! <= this.#bin) {
        order[front] = row;
        packed[front++] = packed[i]!;
      } else {
        this.#spareOrder[spare] = row;
        this.#sparePacked[spare++] = packed[i]!;
      }
    }
    order.set(this.#spareOrder.subarray(0, spare), front);
    packed.set(this.#sparePacked.subarray(0, spare), front);
    return front;
  }
}
