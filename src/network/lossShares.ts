import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import { DataError } from "../errors.js";
import type { SeriesSet } from "./seriesSet.js";

/**
 * Shares of the loss m[sample][class] of some samples: probability of the class times the weights
 * of sample and class, divided by their mean over the set, so that the mean loss of a pass does not
 * depend on the scale of the weights.
 */
export type LossShares = (members: Uint32Array) => Float32Array;

/**
 * The {@link LossShares} of a set.
 *
 * @param classWeights one weight a class, 0 or more
 * @throws DataError when the weights have the wrong number or leave nothing to learn from
 */
export function lossShares(
  set: SeriesSet,
  classes: number,
  classWeights?: ArrayLike<number>,
): LossShares {
  const { length, labels, targets, weights } = set;
  if (classWeights && classWeights.length !== classes) {
    throw new DataError("class weights", `${classWeights.length} given, expected ${classes}`);
  }
  const share = (sample: number, k: number): number => {
    const probability = targets ? targets[sample * classes + k]! : labels[sample] === k ? 1 : 0;
    return probability * (weights?.[sample] ?? 1) * (classWeights?.[k] ?? 1);
  };
  let sum = 0;
  for (let i = 0; i < length; i++) for (let k = 0; k < classes; k++) sum += share(i, k);
  if (!(sum > 0 && sum < Infinity)) {
    throw new DataError("training weights", `sum to ${sum}, expected more than 0`);
  }
  const scale = length / sum;
  return (members) => {
    const shares = new Float32Array(members.length * classes);
    for (let i = 0; i < members.length; i++) {
      for (let k = 0; k < classes; k++) shares[i * classes + k] = scale * share(members[i]!, k);
    }
    return shares;
  };
}

/** Weighted cross-entropy, natural logarithm, of scores [sample, class] under their shares of the loss. */
export function sharedCrossEntropy(tf: TensorFlow, shares: Tensor2D, scores: Tensor): Tensor {
  const logProbabilities = tf.logSoftmax(scores);
  return tf.div(tf.neg(tf.sum(tf.mul(shares, logProbabilities))), shares.shape[0]);
}
