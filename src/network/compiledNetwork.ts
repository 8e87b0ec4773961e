import type { LstmKernel } from "../engine/lstmKernel.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type LstmLayer, networkLayers } from "./networkLayers.js";
import { type Predictor, softmaxRows } from "./predict.js";

/** A layer's outputs for some samples from its inputs. */
type Layer = (inputs: Float32Array, samples: number) => Float32Array;

/** Samples that go through the layers together. */
const samplesTogether = 2_304;

/**
 * A saved network that computes by the compiled kernel alone: TensorFlow need not start, and threads
 * share memory. A sample's result depends on nothing but the sample.
 *
 * @returns null when the network has a layer that the kernel does not compute
 */
export function compileNetwork(saved: SavedNetwork, lstm: LstmKernel): Predictor | null {
  const network = networkLayers(saved);
  if (!network) return null;
  const { dates, channels, classes } = network;
  const layers = network.layers.map((layer) =>
    layer.kind === "lstm" ? lstmLayer(lstm, dates, layer) : denseLayer(layer.kernel, layer.bias),
  );
  const size = dates * channels;
  return {
    predict: async (series) => {
      const samples = series.length / size;
      const probabilities = new Float32Array(samples * classes);
      for (let from = 0; from < samples; from += samplesTogether) {
        const count = Math.min(samplesTogether, samples - from);
        let values = series.subarray(from * size, (from + count) * size);
        for (const layer of layers) values = layer(values, count);
        softmaxRows(
          values,
          classes,
          probabilities.subarray(from * classes, (from + count) * classes),
        );
      }
      return probabilities;
    },
  };
}

function lstmLayer(lstm: LstmKernel, dates: number, layer: LstmLayer): Layer {
  return (series, samples) => lstm.forward({ ...layer, dates, samples }, series, layer, null);
}

/** Sums in double precision, input after input; four outputs at once, whose sums do not wait for each other. */
export function denseLayer(kernel: Float32Array, bias: Float32Array): Layer {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  const padded = Math.ceil(outputs / 4) * 4;
  const weights = new Float32Array(padded * inputs);
  kernel.forEach((weight, i) => {
    weights[(i % outputs) * inputs + Math.floor(i / outputs)] = weight;
  });
  const start = new Float32Array(padded);
  start.set(bias);
  return (values, samples) => {
    const out = new Float32Array(samples * outputs);
    for (let sample = 0; sample < samples; sample++) {
      const from = sample * inputs;
      const to = sample * outputs;
      for (let k = 0; k < outputs; k += 4) {
        const row0 = k * inputs;
        const row1 = row0 + inputs;
        const row2 = row1 + inputs;
        const row3 = row2 + inputs;
        let sum0 = start[k]!;
        let sum1 = start[k + 1]!;
        let sum2 = start[k + 2]!;
        let sum3 = start[k + 3]!;
        for (let u = 0; u < inputs; u++) {
          const value = values[from + u]!;
          sum0 += value * weights[row0 + u]!;
          sum1 += value * weights[row1 + u]!;
          sum2 += value * weights[row2 + u]!;
          sum3 += value * weights[row3 + u]!;
        }
        out[to + k] = sum0;
        if (k + 1 < outputs) out[to + k + 1] = sum1;
        if (k + 2 < outputs) out[to + k + 2] = sum2;
        if (k + 3 < outputs) out[to + k + 3] = sum3;
      }
    }
    return out;
  };
}
