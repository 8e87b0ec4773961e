import type { LstmKernel } from "../engine/lstmKernel.js";
import { denseLayer } from "./compiledNetwork.js";
import type { NetworkShape } from "./initialWeights.js";
import { gatherSeries, type Learner } from "./learner.js";
import { writeLstmNetwork } from "./lstmNetworkFiles.js";
import { softmaxRows } from "./predict.js";

/**
 * The network of one LSTM layer and a dense layer, learning by the compiled kernel without
 * TensorFlow. The few products of the dense layer are summed in double precision.
 *
 * @param weights start in the order of `initialWeights`
 */
export function compiledLearner(
  lstm: LstmKernel,
  shape: NetworkShape,
  weights: readonly Float32Array[],
): Learner {
  const { dates, channels, units, classes } = shape;
  const parameters = new Float32Array(weights.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  const [kernel, recurrent, bias, denseKernel, denseBias] = weights.map((part) => {
    parameters.set(part, start);
    start += part.length;
    return parameters.subarray(start - part.length, start);
  }) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const passOf = (samples: number) => ({
    ...{ samples, dates, channels, units },
    sequences: false,
    reverse: false,
  });
  const layer = { kernel, recurrent, bias };
  let batch = 0;
  let series = new Float32Array();
  let kept = new Float32Array();
  return {
    classes,
    parameters,
    // The layers read the parameters where they stand.
    store() {},
    async lossAndGradient(set, members, shares) {
      const pass = passOf(members.length);
      if (members.length !== batch) {
        batch = members.length;
        series = new Float32Array(batch * dates * channels);
        kept = new Float32Array(lstm.keptLength(pass));
      }
      gatherSeries(set, members, series);
      const hidden = lstm.forward(pass, series, layer, kept);
      const scores = denseLayer(denseKernel, denseBias)(hidden, batch);
      const target = shares ? shares(members) : hardShares(set.labels, members, classes);
      const loss = crossEntropy(scores, target, classes);
      // From here on the gradient of the loss by the scores.
      const dense = denseGradients(hidden, scores, denseKernel, classes);
      const gradients = lstm.backward(pass, series, layer, kept, dense.hidden, false);
      const out = new Float32Array(1 + parameters.length);
      out[0] = loss;
      let at = 1;
      const { kernel, recurrent, bias } = gradients;
      for (const part of [kernel, recurrent, bias, dense.kernel, dense.bias]) {
        out.set(part, at);
        at += part.length;
      }
      return out;
    },
    async scores(values) {
      const samples = values.length / (dates * channels);
      const hidden = lstm.forward(passOf(samples), values, layer, null);
      return denseLayer(denseKernel, denseBias)(hidden, samples);
    },
    save: (folder) => writeLstmNetwork(folder, shape, parameters),
    dispose() {},
  };
}

function hardShares(labels: Uint8Array, members: Uint32Array, classes: number): Float32Array {
  const shares = new Float32Array(members.length * classes);
  for (let i = 0; i < members.length; i++) shares[i * classes + labels[members[i]!]!] = 1;
  return shares;
}

/**
 * Mean cross-entropy of scores under their shares of the loss.
 *
 * @param scores [sample][class], replaced by the gradient of the loss
 */
function crossEntropy(scores: Float32Array, shares: Float32Array, classes: number): number {
  const samples = scores.length / classes;
  const probabilities = new Float32Array(scores.length);
  softmaxRows(scores, classes, probabilities);
  let loss = 0;
  for (let row = 0; row < scores.length; row += classes) {
    let highest = Number.NEGATIVE_INFINITY;
    let whole = 0;
    let powers = 0;
    for (let k = row; k < row + classes; k++) highest = Math.max(highest, scores[k]!);
    for (let k = row; k < row + classes; k++) powers += Math.exp(scores[k]! - highest);
    const norm = highest + Math.log(powers);
    for (let k = row; k < row + classes; k++) {
      whole += shares[k]!;
      if (shares[k]! > 0) loss += shares[k]! * (norm - scores[k]!);
    }
    for (let k = row; k < row + classes; k++) {
      scores[k] = (whole * probabilities[k]! - shares[k]!) / samples;
    }
  }
  return loss / samples;
}

/** Gradients of a dense layer's weights and inputs from that of its outputs. */
function denseGradients(
  hidden: Float32Array,
  scores: Float32Array,
  kernel: Float32Array,
  classes: number,
): { kernel: Float64Array; bias: Float64Array; hidden: Float32Array } {
  const units = kernel.length / classes;
  const samples = scores.length / classes;
  const ofKernel = new Float64Array(kernel.length);
  const ofBias = new Float64Array(classes);
  const ofHidden = new Float32Array(hidden.length);
  for (let sample = 0; sample < samples; sample++) {
    const row = sample * classes;
    for (let k = 0; k < classes; k++) ofBias[k]! += scores[row + k]!;
    for (let u = 0; u < units; u++) {
      const value = hidden[sample * units + u]!;
      const to = u * classes;
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        const gradient = scores[row + k]!;
        ofKernel[to + k]! += value * gradient;
        sum += gradient * kernel[to + k]!;
      }
      ofHidden[sample * units + u] = sum;
    }
  }
  return { kernel: ofKernel, bias: ofBias, hidden: ofHidden };
}
