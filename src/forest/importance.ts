import { UsageError } from "../errors.js";
import type { Random } from "../random.js";
import type { Forest } from "./forest.js";
import { predictForest } from "./predict.js";
import type { GrownTree } from "./treeGrower.js";

/**
 * Share of each feature in the decrease of Gini impurity: that of every tree summed to 1, then their
 * mean (Breiman 2001). It favours features of many values; see `permutationImportance`.
 */
export function giniImportance(trees: readonly Pick<GrownTree, "gains">[]): Float64Array {
  const importance = new Float64Array(trees[0]?.gains.length ?? 0);
  let grown = 0;
  for (const { gains } of trees) {
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    if (total <= 0) continue;
    grown++;
    for (let f = 0; f < importance.length; f++) importance[f]! += gains[f]! / total;
  }
  return importance.map((share) => share / Math.max(1, grown));
}

/** Loss of accuracy by feature. */
export interface PermutationImportance {
  /** Mean over the repeats [features]. */
  readonly mean: Float64Array;
  /** Standard deviation over the repeats [features]. */
  readonly deviation: Float64Array;
}

/**
 * How much accuracy falls when the values of one feature are shuffled among the rows (Breiman 2001).
 *
 * @param values rows that the forest was not trained on [n][features]
 * @param labels class of each row, 0..classes-1
 * @throws UsageError when rows and labels do not fit each other
 */
export async function permutationImportance(
  forest: Forest,
  values: Float32Array,
  labels: Uint8Array | Uint16Array,
  options: { readonly random: Random; readonly repeats?: number; readonly workers?: number },
): Promise<PermutationImportance> {
  const { random, repeats = 5, workers = 1 } = options;
  const { features } = forest;
  if (values.length !== labels.length * features) {
    throw new UsageError("labels", `${labels.length} for ${values.length / features} rows`);
  }
  const shuffled = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shuffled.set(values);
  const whole = accuracy(forest, await predictForest(forest, shuffled, { workers }), labels);
  const mean = new Float64Array(features);
  const deviation = new Float64Array(features);
  for (let f = 0; f < features; f++) {
    const own = random.split(f);
    const losses: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = own.shuffle(Uint32Array.from(labels, (_, row) => row));
      for (const [row, from] of order.entries()) {
        shuffled[row * features + f] = values[from * features + f]!;
      }
      const shares = await predictForest(forest, shuffled, { workers });
      losses.push(whole - accuracy(forest, shares, labels));
    }
    for (let row = 0; row < labels.length; row++) {
      shuffled[row * features + f] = values[row * features + f]!;
    }
    mean[f] = losses.reduce((sum, loss) => sum + loss, 0) / repeats;
    const squares = losses.reduce((sum, loss) => sum + (loss - mean[f]!) ** 2, 0);
    deviation[f] = Math.sqrt(squares / repeats);
  }
  return { mean, deviation };
}

function accuracy(
  { classes }: Forest,
  shares: Float32Array,
  labels: Uint8Array | Uint16Array,
): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (shares[row * classes + c]! > shares[row * classes + best]!) best = c;
    }
    if (best === labels[row]) right++;
  }
  return right / labels.length;
}
