import { UsageError } from "../errors.js";
import { inSharedMemory } from "../parallel/shared.js";
import { openWorkers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import type { Random } from "../random.js";
import { type Bins, columnCount, maxRanks } from "./bins.js";
import type { Bootstrap } from "./bootstrap.js";
import { checkRows } from "./checkRows.js";
import { type Forest, joinTrees } from "./forest.js";
import type { GrowContext } from "./growTask.js";
import { giniImportance } from "./importance.js";
import { judgeOutOfBag, type OutOfBag } from "./outOfBag.js";
import type { GrownTree } from "./treeGrower.js";

/** Settings of {@link trainForest}. */
export interface ForestOptions {
  /** Number of classes, at most 4 096; those without a row get no votes. */
  readonly classes: number;
  readonly random: Random;
  /** Default 100. */
  readonly trees?: number;
  /** Fewest different rows of a leaf; default 2. */
  readonly minLeaf?: number;
  /** Features tried in a node; default the square root of all, rounded. */
  readonly featuresPerSplit?: number;
  /** Default `balanced`. */
  readonly bootstrap?: Bootstrap;
  /** Rows are drawn in proportion to their weights, 0 or more; by default all alike. */
  readonly weights?: ArrayLike<number>;
  /** `learn`: NaN is a missing value, and each split learns its side; default `refuse`. */
  readonly missing?: "refuse" | "learn";
  /** `ml-random-forest` is the package of that name, for comparisons on small data; default `own`. */
  readonly engine?: "own" | "ml-random-forest";
  /** Names for messages. */
  readonly featureNames?: readonly string[];
  readonly classNames?: readonly string[];
  /** Threads; the forest is the same for any number. Default 1. */
  readonly workers?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A forest with its own estimate of error. */
export interface TrainedForest {
  readonly forest: Forest;
  readonly outOfBag: OutOfBag;
  /** Share of each feature in the decrease of Gini impurity, sums to 1 [features]. */
  readonly importance: Float64Array;
}

/** Rows that a worker ranks in one task. */
const rankedTogether = 2_048;

/**
 * Trains a random forest (Breiman 2001) on ranked features: a bootstrap a tree, Gini impurity, full
 * depth down to `minLeaf`.
 *
 * @param values rows [n][features]; rows in shared memory are not copied
 * @param features length of a row
 * @param labels class of each row, 0..classes-1
 * @throws UsageError when the arguments do not fit each other
 * @throws DataError when a value or label cannot be used or there is nothing to part
 */
export async function trainForest(
  values: Float32Array,
  features: number,
  labels: Uint8Array | Uint16Array,
  options: ForestOptions,
): Promise<TrainedForest> {
  const { classes, trees = 100, workers = 1, missing = "refuse", onProgress, signal } = options;
  const gaps = checkRows(values, features, labels, { ...options, missing: missing === "learn" });
  if (options.engine === "ml-random-forest") {
    if (missing === "learn") throw new UsageError("missing", "unknown to ml-random-forest");
    return (await import("./reference.js")).forestReference(values, features, labels, options);
  }
  const context = growContext(values, features, labels, gaps, options);
  const { bins, table, votes } = context;
  const pool = openWorkers<GrowContext>({
    module: new URL("./growTask.js", import.meta.url),
    context,
    workers: Math.min(workers, trees),
    ...(signal ? { signal } : {}),
  });
  try {
    await pool.run(
      "edgesTask",
      Array.from({ length: features }, (_, f) => f),
    );
    const parts = Array.from({ length: Math.ceil(table.rows / rankedTogether) }, (_, p) => [
      p * rankedTogether,
      Math.min(table.rows, (p + 1) * rankedTogether),
    ]);
    await pool.run("rankTask", parts);
    const grown = await pool.run<number, GrownTree>(
      "growTask",
      Array.from({ length: trees }, (_, t) => options.random.split(t).integer(2 ** 32)),
      { onResult: (_index, _tree, done) => onProgress?.(done, trees, "trees") },
    );
    return {
      forest: joinTrees(grown, classes, bins),
      outOfBag: judgeOutOfBag(votes, labels, classes),
      importance: giniImportance(grown),
    };
  } finally {
    pool.close();
  }
}

/** What the workers share, with room for what they find out first. */
function growContext(
  values: Float32Array,
  features: number,
  labels: Uint8Array | Uint16Array,
  gaps: Int32Array,
  options: ForestOptions,
): GrowContext {
  const { classes, minLeaf = 2, bootstrap = "balanced" } = options;
  const rows = labels.length;
  const edges = new Float32Array(new SharedArrayBuffer(4 * features * maxRanks));
  const bins: Bins = { features, gaps, edges };
  const ranks = () => new Uint8Array(new SharedArrayBuffer(rows * columnCount(bins)));
  return {
    values: inSharedMemory(values),
    bins,
    table: { rows, features, classes, gaps, byRow: ranks(), byColumn: ranks(), labels },
    options: {
      minLeaf,
      featuresPerSplit: options.featuresPerSplit ?? Math.max(1, Math.round(Math.sqrt(features))),
    },
    bootstrap,
    ...(options.weights ? { weights: options.weights } : {}),
    votes: new Int32Array(new SharedArrayBuffer(rows * classes * 4)),
  };
}
