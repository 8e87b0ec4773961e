import type { Bins } from "./bins.js";

/**
 * A trained forest of binary trees with soft votes. A tree compares ranks, the numbers of edges
 * below a feature's value (see {@link Bins}), so that a row is ranked once for all trees. Every
 * array lies in shared memory, so threads use it without a copy.
 */
export interface Forest extends Bins {
  /** Number of classes; a class is a column 0..classes-1. */
  readonly classes: number;
  /** Position in `nodes` of the first node of each tree [trees]. */
  readonly roots: Int32Array;
  /**
   * [nodes][2]: the test, column * 65536 + highest rank that goes left, and the position of the
   * left child, which the right one follows. A leaf is its own left child behind a test that no
   * rank fails, so that rows walk side by side until the last one has arrived.
   */
  readonly nodes: Int32Array;
  /** Vote of a leaf: its only class, or `classes` + position in `mixed` [nodes]. */
  readonly votes: Int32Array;
  /** Leaves of several classes, one after the other: their number, then class and share of each. */
  readonly mixed: Float32Array;
}

/** One tree as it is grown and stored. */
export interface Tree {
  /**
   * A word a node, children after their parents in pairs, the left child's branch first: a test, or
   * a leaf's vote with all bits turned, which makes it negative.
   */
  readonly nodes: Int32Array;
  /** See {@link Forest}. */
  readonly mixed: Float32Array;
}

/** Test of a leaf: ranks end at 65 534. */
const always = 0xffff;

/** Whether the node at a position of `nodes` is a leaf. */
export const isLeaf = ({ nodes }: Forest, at: number): boolean => nodes[at + 1] === at;

/** Joins trees in order. */
export function joinTrees(trees: readonly Tree[], classes: number, bins: Bins): Forest {
  const shared = (length: number) => new SharedArrayBuffer(length * 4);
  const total = trees.reduce((sum, tree) => sum + tree.nodes.length, 0);
  const forest: Forest = {
    features: bins.features,
    gaps: bins.gaps,
    edges: bins.edges,
    classes,
    roots: new Int32Array(shared(trees.length)),
    nodes: new Int32Array(shared(2 * total)),
    votes: new Int32Array(shared(total)),
    mixed: new Float32Array(shared(trees.reduce((sum, tree) => sum + tree.mixed.length, 0))),
  };
  let first = 0;
  let mixed = 0;
  for (const [t, tree] of trees.entries()) {
    forest.roots[t] = 2 * first;
    forest.mixed.set(tree.mixed, mixed);
    linkNodes(tree.nodes, forest, first, mixed);
    first += tree.nodes.length;
    mixed += tree.mixed.length;
  }
  return forest;
}

/** Splits a forest into its trees again. */
export function partTrees({ roots, nodes, votes, mixed, classes }: Forest): Tree[] {
  let done = 0;
  return Array.from(roots, (root, t) => {
    const first = root / 2;
    const words = new Int32Array((roots[t + 1] ?? nodes.length) / 2 - first);
    const start = done;
    for (let k = 0; k < words.length; k++) {
      const test = nodes[2 * (first + k)]!;
      const vote = votes[first + k]!;
      if (test !== always) words[k] = test;
      else if (vote < classes) words[k] = ~vote;
      else {
        words[k] = ~(vote - start);
        const at = vote - classes;
        done = Math.max(done, at + 1 + 2 * mixed[at]!);
      }
    }
    return { nodes: words, mixed: mixed.subarray(start, done) };
  });
}

/** Visits a tree's nodes in the order in which their children were numbered. */
function linkNodes(
  words: Int32Array,
  { nodes, votes, classes }: Forest,
  first: number,
  mixed: number,
): void {
  const open = [0];
  let free = 1;
  for (let k = open.pop(); k !== undefined; k = open.pop()) {
    const at = 2 * (first + k);
    const word = words[k]!;
    if (word >= 0) {
      nodes[at] = word;
      nodes[at + 1] = 2 * (first + free);
      open.push(free + 1, free);
      free += 2;
    } else {
      nodes[at] = always;
      nodes[at + 1] = at;
      votes[first + k] = ~word < classes ? ~word : ~word + mixed;
    }
  }
}
