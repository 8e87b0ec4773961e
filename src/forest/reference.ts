import { createRequire } from "node:module";
import type { Random } from "../random.js";

/** The part of ml-random-forest used here; its own type file does not compile. */
interface MlRandomForest {
  train(rows: number[][], labels: number[]): void;
  predictionValues(rows: number[][]): { to2DArray(): number[][] };
}
interface MlPackage {
  readonly RandomForestClassifier: new (options: {
    readonly seed: number;
    readonly nEstimators: number;
    readonly maxFeatures: number;
    readonly replacement: boolean;
    readonly useSampleBagging: boolean;
    readonly noOOB: boolean;
    readonly treeOptions: { readonly minNumSamples: number };
  }) => MlRandomForest;
}

/**
 * Class shares by the package ml-random-forest: for comparisons on small data (a tree takes
 * minutes on a study's samples). Its trees draw their features once, not in every node, so each
 * one gets `featureShare` of them; its out-of-bag estimate is left off because it throws when a
 * row is never out of bag.
 *
 * @param values training rows [n][features]
 * @param labels class of each row, 0..classes-1
 * @param asked rows to vote on [m][features]
 * @returns votes of the trees as shares [m][classes]
 */
export function forestReference(
  values: Float32Array,
  features: number,
  labels: Uint8Array,
  asked: Float32Array,
  options: { classes: number; random: Random; trees?: number; featureShare?: number },
): Float32Array {
  const { classes, random, trees = 25, featureShare = 0.7 } = options;
  const { RandomForestClassifier } = createRequire(import.meta.url)(
    "ml-random-forest",
  ) as MlPackage;
  const model = new RandomForestClassifier({
    seed: random.integer(2 ** 31),
    nEstimators: trees,
    maxFeatures: featureShare,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { minNumSamples: 2 },
  });
  model.train(nested(values, features), Array.from(labels));
  const votes = model.predictionValues(nested(asked, features)).to2DArray();
  const shares = new Float32Array(votes.length * classes);
  for (const [row, classesOfTrees] of votes.entries()) {
    for (const c of classesOfTrees) shares[row * classes + c]! += 1 / trees;
  }
  return shares;
}

function nested(values: Float32Array, features: number): number[][] {
  return Array.from({ length: values.length / features }, (_, i) =>
    Array.from(values.subarray(i * features, (i + 1) * features)),
  );
}
