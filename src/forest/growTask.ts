import type { TaskFunction } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import { classMembers, drawBalanced } from "./bootstrap.js";
import type { Tree } from "./forest.js";
import { type BinnedRows, TreeGrower, type TreeOptions } from "./treeGrower.js";

/** What every worker that grows trees shares. */
export interface GrowContext {
  readonly table: BinnedRows;
  readonly options: TreeOptions;
  /** Out-of-bag votes [rows][classes], counted up by all workers. */
  readonly votes: Int32Array;
}

/** Grows the tree of one seed and adds its votes on the rows it has not seen. */
export const growTask: TaskFunction<number, Tree, GrowContext> = (seed, { context }) => {
  const { table, options, votes } = context;
  const random = createRandom(seed);
  const weights = new Int32Array(table.rows);
  drawBalanced(table.labels, classMembers(table.labels, table.classes), random, weights);
  const tree = new TreeGrower(table, options).grow(weights, random);
  for (let row = 0; row < table.rows; row++) {
    if (weights[row] !== 0) continue;
    // Whole votes, not shares: integers add up alike in any order.
    Atomics.add(votes, row * table.classes + voteOf(tree, table, row), 1);
  }
  return tree;
};

/** Class with the largest share in the leaf that a training row falls into. */
function voteOf(tree: Tree, { bins, rows, classes }: BinnedRows, row: number): number {
  let node = 0;
  for (let f = tree.feature[0]!; f >= 0; f = tree.feature[node]!) {
    node = bins[f * rows + row]! <= tree.bin[node]! ? node + 1 : tree.next[node]!;
  }
  const leaf = tree.next[node]! * classes;
  let best = 0;
  for (let c = 1; c < classes; c++) {
    if (tree.leaves[leaf + c]! > tree.leaves[leaf + best]!) best = c;
  }
  return best;
}
