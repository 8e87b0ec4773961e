import type { TaskFunction } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import {
  type Bins,
  columnCount,
  createRanking,
  maxRanks,
  quantileEdges,
  rankRows,
} from "./bins.js";
import { type Bootstrap, type DrawGroup, drawGroups, drawRows } from "./bootstrap.js";
import { type Forest, joinTrees } from "./forest.js";
import type { RankedRows, TreeOptions } from "./splitFinder.js";
import { type GrownTree, TreeGrower } from "./treeGrower.js";

/** What every worker that grows trees shares. */
export interface GrowContext {
  /** [rows][features] */
  readonly values: Float32Array;
  readonly bins: Bins;
  readonly table: RankedRows;
  readonly options: TreeOptions;
  readonly bootstrap: Bootstrap;
  /** Weights of the rows. */
  readonly weights?: ArrayLike<number>;
  /** Out-of-bag votes [rows][classes], counted up by all workers. */
  readonly votes: Int32Array;
}

/** Finds the edges of one feature. */
export const edgesTask: TaskFunction<number, void, GrowContext> = (feature, { context }) => {
  const { values, bins } = context;
  const edges = bins.edges.subarray(feature * maxRanks, (feature + 1) * maxRanks);
  quantileEdges(values, bins.features, feature, bins.gaps.includes(feature), edges);
};

/** Ranks the rows first..last-1, by row and by column. */
export const rankTask: TaskFunction<readonly [number, number], void, GrowContext> = (
  [first, last],
  { context: { values, bins, table } },
) => {
  const columns = columnCount(bins);
  const { byRow, byColumn, rows } = table;
  rankRows(createRanking(bins), values, first, last, byRow.subarray(first * columns));
  for (let column = 0; column < columns; column++) {
    for (let row = first; row < last; row++) {
      byColumn[column * rows + row] = byRow[row * columns + column]!;
    }
  }
};

interface Kept {
  readonly context: GrowContext;
  readonly grower: TreeGrower;
  readonly groups: readonly DrawGroup[];
  readonly drawn: Int32Array;
}
/** Buffers that a worker uses for all of its trees. */
let kept: Kept | undefined;

/** Grows the tree of one seed and adds its votes on the rows it has not seen. */
export const growTask: TaskFunction<number, GrownTree, GrowContext> = (seed, { context }) => {
  const { table, options, bootstrap, weights, bins, votes } = context;
  if (kept?.context !== context) {
    kept = {
      context,
      grower: new TreeGrower(table, options),
      groups: drawGroups(table.labels, table.classes, bootstrap, weights),
      drawn: new Int32Array(table.rows),
    };
  }
  const { grower, groups, drawn } = kept;
  const random = createRandom(seed);
  drawRows(groups, random, drawn);
  const tree = grower.grow(drawn, random);
  const forest = joinTrees([tree], table.classes, bins);
  for (let row = 0; row < table.rows; row++) {
    if (drawn[row] !== 0 || weights?.[row] === 0) continue;
    // Whole votes, not shares: integers add up alike in any order.
    Atomics.add(votes, row * table.classes + voteOf(forest, table, row), 1);
  }
  return tree;
};

/** Class with the largest share in the leaf that a training row falls into. */
function voteOf(
  { nodes, votes, mixed, classes }: Forest,
  { byRow, features, gaps }: RankedRows,
  row: number,
): number {
  const at = row * (features + gaps.length);
  let node = 0;
  for (let next = nodes[1]!; next !== node; next = nodes[node + 1]!) {
    const test = nodes[node]!;
    node = byRow[at + (test >> 16)]! > (test & 0xffff) ? next + 2 : next;
  }
  const vote = votes[node >> 1]!;
  if (vote < classes) return vote;
  let best = vote - classes + 1;
  for (let k = 1, at = best + 2; k < mixed[vote - classes]!; k++, at += 2) {
    if (mixed[at + 1]! > mixed[best + 1]!) best = at;
  }
  return mixed[best]!;
}
