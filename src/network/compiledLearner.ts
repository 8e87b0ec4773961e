import type { LstmKernel } from "../engine/lstmKernel.js";
import type { NetworkShape } from "./initialWeights.js";
import { gatherSeries, type Learner } from "./learner.js";
import { writeLstmNetwork } from "./lstmNetworkFiles.js";

/**
 * The network of one LSTM layer and a dense layer, learning by the compiled kernel without
 * TensorFlow.
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
  const passOf = (samples: number) => ({ samples, dates, channels, units, reverse: false });
  const layer = { kernel, recurrent, bias };
  let series = new Float32Array();
  return {
    classes,
    parameters,
    // The layers read the parameters where they stand.
    store() {},
    async lossAndGradient(set, members, shares) {
      const length = members.length * dates * channels;
      if (series.length !== length) series = new Float32Array(length);
      gatherSeries(set, members, series);
      const target = shares ? shares(members) : hardShares(set.labels, members, classes);
      const out = new Float32Array(1 + parameters.length);
      const pass = passOf(members.length);
      const gradient = out.subarray(1);
      out[0] = lstm.lossAndGradient(pass, classes, series, target, parameters, gradient);
      return out;
    },
    async scores(values) {
      const samples = values.length / (dates * channels);
      const hidden = lstm.forward({ ...passOf(samples), sequences: false }, values, layer, null);
      return lstm.dense(samples, hidden, denseKernel, denseBias);
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
