import { UsageError } from "../errors.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import type { Random } from "../random.js";
import { binColumns, quantileEdges } from "./bins.js";
import { type Forest, joinTrees, type Tree } from "./forest.js";
import type { GrowContext } from "./growTask.js";

/** Settings of {@link trainForest}. */
export interface ForestOptions {
  /** Number of classes, at most 256; those without a row get no votes. */
  readonly classes: number;
  readonly random: Random;
  /** Default 100. */
  readonly trees?: number;
  /** Fewest different rows of a leaf; default 2. */
  readonly minLeaf?: number;
  /** Features tried in a node; default the square root of all, rounded. */
  readonly featuresPerSplit?: number;
  /** Threads; the forest is the same for any number. Default 1. */
  readonly workers?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Votes of the trees that had not seen a row, against its label. */
export interface OutOfBag {
  /** Rows that at least one tree had not seen. */
  readonly rows: number;
  /** Share of them voted into their label, 0-1. */
  readonly accuracy: number;
  /** Rows by label (first index) and vote [classes][classes]. */
  readonly confusion: Uint32Array;
}

/** A forest with its own estimate of error. */
export interface TrainedForest {
  readonly forest: Forest;
  readonly outOfBag: OutOfBag;
}

/**
 * Trains a random forest (Breiman 2001) on binned features: a class-balanced bootstrap a tree,
 * Gini impurity, full depth down to `minLeaf`.
 *
 * @param values rows [n][features]; values that are not a number go left everywhere
 * @param features length of a row
 * @param labels class of each row, 0..classes-1
 * @throws UsageError when rows and labels do not fit each other or there is nothing to part
 */
export async function trainForest(
  values: Float32Array,
  features: number,
  labels: Uint8Array,
  options: ForestOptions,
): Promise<TrainedForest> {
  const { classes, trees = 100, minLeaf = 2, workers = 1, onProgress, signal } = options;
  checkRows(values, features, labels, classes);
  const edges = quantileEdges(values, features);
  const context: GrowContext = {
    table: {
      rows: labels.length,
      features,
      classes,
      bins: binColumns(values, features, edges),
      labels,
    },
    options: {
      minLeaf,
      featuresPerSplit: options.featuresPerSplit ?? Math.max(1, Math.round(Math.sqrt(features))),
    },
    votes: new Int32Array(new SharedArrayBuffer(labels.length * classes * 4)),
  };
  const grown = await runTasks<number, Tree, GrowContext>({
    module: new URL("./growTask.js", import.meta.url),
    name: "growTask",
    tasks: Array.from({ length: trees }, (_, t) => options.random.split(t).integer(2 ** 32)),
    context,
    workers,
    onResult: (_index, _tree, done) => onProgress?.(done, trees, "trees"),
    ...(signal ? { signal } : {}),
  });
  return {
    forest: joinTrees(grown, features, classes, edges),
    outOfBag: judge(context.votes, labels, classes),
  };
}

function checkRows(
  values: Float32Array,
  features: number,
  labels: Uint8Array,
  classes: number,
): void {
  if (values.length !== labels.length * features) {
    throw new UsageError(
      "labels",
      `${labels.length} for ${values.length / features} rows of ${features} features`,
    );
  }
  if (classes < 1 || classes > 256) throw new UsageError("classes", `${classes} is not in 1..256`);
  const highest = labels.reduce((most, label) => Math.max(most, label), 0);
  if (highest >= classes) {
    throw new UsageError("labels", `${highest} found, expected 0..${classes - 1}`);
  }
  if (labels.every((label) => label === labels[0])) {
    throw new UsageError(
      "labels",
      `all ${labels.length} rows have the same class, expected two or more classes`,
    );
  }
}

function judge(votes: Int32Array, labels: Uint8Array, classes: number): OutOfBag {
  const confusion = new Uint32Array(classes * classes);
  let rows = 0;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (votes[i * classes + c]! > votes[i * classes + best]!) best = c;
    }
    if (votes[i * classes + best] === 0) continue;
    rows++;
    if (best === labels[i]) right++;
    confusion[labels[i]! * classes + best]!++;
  }
  return { rows, accuracy: rows > 0 ? right / rows : Number.NaN, confusion };
}
