import type { Random } from "../random.js";
import type { Tree } from "./forest.js";
import { type RankedRows, SplitFinder, type TreeOptions } from "./splitFinder.js";

/** A tree with what each feature did for it. */
export interface GrownTree extends Tree {
  /** Decrease of Gini impurity by the splits on each feature, weighted by rows [features]. */
  readonly gains: Float64Array;
}

/**
 * Grows trees on one table, one after the other, and owns the buffers for that. A tree depends on
 * nothing but the table, the weights and the generator.
 */
export class TreeGrower {
  readonly #table: RankedRows;
  readonly #finder: SplitFinder;
  readonly #spareOrder: Int32Array;
  readonly #sparePacked: Int32Array;

  constructor(table: RankedRows, options: TreeOptions) {
    this.#table = table;
    this.#finder = new SplitFinder(table, options);
    this.#spareOrder = new Int32Array(table.rows);
    this.#sparePacked = new Int32Array(table.rows);
  }

  /**
   * One tree, split by Gini impurity.
   *
   * @param weights weight of each row, 0 for rows out of bag
   */
  grow(weights: Int32Array, random: Random): GrownTree {
    const { features, gaps } = this.#table;
    const finder = this.#finder;
    finder.restart();
    const nodes: number[] = [0];
    const mixed: number[] = [];
    const gains = new Float64Array(features);
    const open: number[] = [0, this.#fillBag(weights), 0];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const end = open.pop()!;
      const start = open.pop()!;
      finder.find(start, end, random);
      const { column } = finder;
      if (column < 0) {
        nodes[id] = ~this.#vote(mixed);
        continue;
      }
      nodes[id] = (column << 16) | finder.rank;
      gains[column < features ? column : gaps[column - features]!]! += finder.gain;
      const middle = this.#partition(start, end);
      const left = nodes.push(0, 0) - 2;
      open.push(middle, end, left + 1, start, middle, left);
    }
    return { nodes: Int32Array.from(nodes), mixed: Float32Array.from(mixed), gains };
  }

  /** Puts the rows in bag in front; returns their number. */
  #fillBag(weights: Int32Array): number {
    const { rows, labels } = this.#table;
    const { order, packed, classBits } = this.#finder;
    const heaviest = 2 ** (31 - classBits) - 1;
    let inBag = 0;
    for (let i = 0; i < rows; i++) {
      if (weights[i] === 0) continue;
      order[inBag] = i;
      packed[inBag++] = (Math.min(weights[i]!, heaviest) << classBits) | labels[i]!;
    }
    return inBag;
  }

  /** Vote of the node last examined; a leaf of several classes is appended to `mixed`. */
  #vote(mixed: number[]): number {
    const { totals, weight } = this.#finder;
    const at = mixed.length;
    for (let c = 0; c < totals.length; c++) {
      if (totals[c] === weight) return c;
      if (totals[c] === 0) continue;
      if (mixed.length === at) mixed.push(0);
      mixed[at]!++;
      mixed.push(c, totals[c]! / weight);
    }
    return totals.length + at;
  }

  /** Moves the rows of the left child to the front, keeping their order; returns where the right one starts. */
  #partition(start: number, end: number): number {
    const { order, packed, column, rank } = this.#finder;
    const { table, first, step } = this.#finder.place(column, end - start);
    let front = start;
    let spare = 0;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      if (table[first + row * step]! <= rank) {
        order[front] = row;
        packed[front++] = packed[i]!;
      } else {
        this.#spareOrder[spare] = row;
        this.#sparePacked[spare++] = packed[i]!;
      }
    }
    for (let i = 0; i < spare; i++) {
      order[front + i] = this.#spareOrder[i]!;
      packed[front + i] = this.#sparePacked[i]!;
    }
    return front;
  }
}
