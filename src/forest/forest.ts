/**
 * A trained forest of binary trees with soft votes, flat and in preorder: the left child of node k
 * is node k + 1. Every array lies in shared memory, so threads use it without a copy.
 */
export interface Forest {
  /** Length of a row. */
  readonly features: number;
  /** Number of classes; a class is a column 0..classes-1. */
  readonly classes: number;
  /** First node of each tree [trees]. */
  readonly roots: Int32Array;
  /** Feature a node looks at, or -1 in a leaf [nodes]. */
  readonly feature: Int32Array;
  /** A row goes left unless its feature is above this [nodes]. */
  readonly threshold: Float32Array;
  /** Right child, or in a leaf its row of `leaves` [nodes]. */
  readonly next: Int32Array;
  /** Class shares [leaves][classes]. */
  readonly leaves: Float32Array;
}

/** One tree as it is grown: thresholds are still bins, indices count from the tree's own root. */
export interface Tree {
  readonly feature: Int32Array;
  readonly bin: Uint8Array;
  readonly next: Int32Array;
  readonly leaves: Float32Array;
}

/** Joins trees in order; `edges` turns bins into thresholds (see `quantileEdges`). */
export function joinTrees(
  trees: readonly Tree[],
  features: number,
  classes: number,
  edges: Float32Array,
): Forest {
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const leafValues = trees.reduce((sum, tree) => sum + tree.leaves.length, 0);
  const forest = emptyForest(features, classes, trees.length, nodes, leafValues / classes);
  const { roots, feature, threshold, next, leaves } = forest;
  const edgesPerFeature = edges.length / features;
  let node = 0;
  let leaf = 0;
  for (const [t, tree] of trees.entries()) {
    roots[t] = node;
    feature.set(tree.feature, node);
    leaves.set(tree.leaves, leaf * classes);
    for (let k = 0; k < tree.feature.length; k++) {
      const f = tree.feature[k]!;
      next[node + k] = tree.next[k]! + (f < 0 ? leaf : node);
      if (f >= 0) threshold[node + k] = edges[f * edgesPerFeature + tree.bin[k]!]!;
    }
    node += tree.feature.length;
    leaf += tree.leaves.length / classes;
  }
  return forest;
}

/** A forest of the given size with zeros everywhere. */
export function emptyForest(
  features: number,
  classes: number,
  trees: number,
  nodes: number,
  leaves: number,
): Forest {
  const shared = (length: number) => new SharedArrayBuffer(length * 4);
  return {
    features,
    classes,
    roots: new Int32Array(shared(trees)),
    feature: new Int32Array(shared(nodes)),
    threshold: new Float32Array(shared(nodes)),
    next: new Int32Array(shared(nodes)),
    leaves: new Float32Array(shared(leaves * classes)),
  };
}
