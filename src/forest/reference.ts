import { createRequire } from "node:module";
import { UsageError } from "../errors.js";
import type { Bins } from "./bins.js";
import { type Forest, joinTrees } from "./forest.js";
import { giniImportance } from "./importance.js";
import type { ForestOptions, TrainedForest } from "./trainForest.js";
import type { GrownTree } from "./treeGrower.js";

/** A node of ml-random-forest's trees; its own type file does not compile. */
interface MlNode {
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly gain: number | null;
  readonly numberSamples?: number;
  readonly left?: MlNode;
  readonly right?: MlNode;
  /** Shares of the classes, a matrix of one row. */
  readonly distribution?: readonly (readonly number[])[];
}
interface MlModel {
  readonly indexes: readonly (readonly number[])[];
  readonly estimators: readonly { readonly root: MlNode }[];
}
interface MlPackage {
  readonly RandomForestClassifier: new (
    options: Readonly<Record<string, unknown>>,
  ) => {
    train(rows: number[][], labels: number[]): void;
    toJSON(): { readonly baseModel: unknown };
  };
}

/** Numbers that the package is given, at most: a tree on a study's samples takes minutes. */
const mostNumbers = 100_000;
/** Share of the features of a tree: it draws them once, not in every node. */
const featureShare = 0.7;

/**
 * A forest whose trees the package ml-random-forest grows, for comparisons on small data. It has no
 * out-of-bag estimate, because the package throws when a row is never out of bag.
 *
 * @param values rows [n][features], all finite
 * @throws UsageError when there are too many rows or an option that the package does not know
 */
export function forestReference(
  values: Float32Array,
  features: number,
  labels: Uint8Array | Uint16Array,
  options: ForestOptions,
): TrainedForest {
  const { classes, random, trees = 100, minLeaf = 2 } = options;
  if (values.length > mostNumbers) {
    const found = `found ${values.length}`;
    throw new UsageError(
      "engine",
      `ml-random-forest is for up to ${mostNumbers} numbers, ${found}`,
    );
  }
  for (const name of ["weights", "bootstrap", "featuresPerSplit"] as const) {
    if (options[name] !== undefined) throw new UsageError(name, "unknown to ml-random-forest");
  }
  const { RandomForestClassifier } = createRequire(import.meta.url)(
    "ml-random-forest",
  ) as MlPackage;
  const trainer = new RandomForestClassifier({
    seed: random.integer(2 ** 31),
    nEstimators: trees,
    maxFeatures: featureShare,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { minNumSamples: minLeaf },
  });
  const rows = Array.from(labels, (_, i) =>
    Array.from(values.subarray(i * features, (i + 1) * features)),
  );
  trainer.train(rows, Array.from(labels));
  // As text and back, since the package leaves matrix objects in what it calls JSON.
  const model = JSON.parse(JSON.stringify(trainer.toJSON().baseModel)) as MlModel;
  const bins = binsOf(model, features);
  const grown = model.estimators.map(({ root }, t) =>
    plainTree(root, model.indexes[t]!, classes, bins),
  );
  const forest: Forest = joinTrees(grown, classes, bins);
  const confusion = new Uint32Array(classes * classes);
  const outOfBag = { rows: 0, accuracy: Number.NaN, confusion };
  return { forest, outOfBag, importance: giniImportance(grown) };
}

/** Largest single-precision number below a split value: the package sends smaller ones to the left. */
function edgeBelow(value: number): number {
  const float = Float32Array.of(value);
  if (float[0]! < value) return float[0]!;
  if (float[0] === 0) return -(2 ** -149);
  new Int32Array(float.buffer)[0]! += float[0]! > 0 ? -1 : 1;
  return float[0]!;
}

/** All split values of the trees as edges. */
function binsOf({ estimators, indexes }: MlModel, features: number): Bins {
  const found = Array.from({ length: features }, () => new Set<number>());
  const visit = (node: MlNode, columns: readonly number[]): void => {
    if (node.distribution) return;
    found[columns[node.splitColumn!]!]!.add(edgeBelow(node.splitValue!));
    visit(node.left!, columns);
    visit(node.right!, columns);
  };
  for (const [t, { root }] of estimators.entries()) visit(root, indexes[t]!);
  const stride = 2 ** Math.ceil(Math.log2(Math.max(...found.map((edges) => edges.size)) + 1));
  const edges = new Float32Array(new SharedArrayBuffer(4 * features * stride));
  edges.fill(Number.POSITIVE_INFINITY);
  for (const [f, own] of found.entries()) edges.set(Float32Array.from(own).sort(), f * stride);
  return { features, gaps: new Int32Array(0), edges };
}

/** A tree in the form of `Tree`. */
function plainTree(
  root: MlNode,
  columns: readonly number[],
  classes: number,
  { features, edges }: Bins,
): GrownTree {
  const stride = edges.length / features;
  const nodes = [0];
  const mixed: number[] = [];
  const gains = new Float64Array(features);
  const place = (node: MlNode, id: number): void => {
    if (node.distribution) {
      const shares = [...node.distribution[0]!.entries()].filter(([, share]) => share > 0);
      const at = mixed.length;
      nodes[id] = ~(shares.length === 1 ? shares[0]![0] : classes + at);
      if (shares.length !== 1) mixed.push(shares.length, ...shares.flat());
      return;
    }
    const feature = columns[node.splitColumn!]!;
    const own = edges.subarray(feature * stride, (feature + 1) * stride);
    nodes[id] = (feature << 16) | own.indexOf(edgeBelow(node.splitValue!));
    gains[feature]! += (node.gain ?? 0) * (node.numberSamples ?? 0);
    const left = nodes.push(0, 0) - 2;
    place(node.left!, left);
    place(node.right!, left + 1);
  };
  place(root, 0);
  return { nodes: Int32Array.from(nodes), mixed: Float32Array.from(mixed), gains };
}
