import type { LstmKernel } from "../engine/lstmKernel.js";
import type { Learner } from "./learner.js";
import { writeLstmNetwork } from "./lstmNetworkFiles.js";
import type { NetworkShape } from "./networkShape.js";

/**
 * The network of one LSTM layer and a dense layer, learning by the compiled kernel without
 * TensorFlow.
 *
 * @param weights start in the order of `initialWeights`
 * @param threads that compute a gradient; the bytes are the same for any number
 */
export function compiledLearner(
  lstm: LstmKernel,
  shape: NetworkShape,
  weights: readonly Float32Array[],
  threads = 1,
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
  return {
    classes,
    parameters,
    // The layers read the parameters where they stand.
    store() {},
    async lossAndGradient(series, shares) {
      const out = new Float32Array(1 + parameters.length);
      const pass = passOf(shares.length / classes);
      const gradient = out.subarray(1);
      out[0] = lstm.lossAndGradient(pass, classes, series, shares, parameters, gradient, threads);
      return out;
    },
    async scores(values) {
      const samples = values.length / (dates * channels);
      const hidden = lstm.forward({ ...passOf(samples), sequences: false }, values, layer, null);
      return lstm.dense(samples, hidden, denseKernel, denseBias);
    },
    state: async () => parameters.slice(),
    restore: (state) => parameters.set(state),
    save: (folder) => writeLstmNetwork(folder, shape, parameters),
    dispose() {},
  };
}
