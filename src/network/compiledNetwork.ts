import type { LstmKernel, LstmPass, LstmWeights } from "../engine/lstmKernel.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type Predictor, softmaxRows } from "./predict.js";

/** A layer's outputs for some samples from its inputs. */
type Layer = (inputs: Float32Array, samples: number) => Float32Array;

/** What {@link compileNetwork} reads of a layer's description. */
interface LayerDescription {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Samples that go through the layers together. */
const samplesTogether = 2_304;

/**
 * A saved network of LSTM layers, dense layers and a softmax that computes by the compiled kernel
 * alone: TensorFlow need not start, and threads share memory. A sample's result depends on nothing
 * but the sample.
 *
 * @returns null when the network has a layer of another kind
 */
export function compileNetwork(saved: SavedNetwork, lstm: LstmKernel): Predictor | null {
  const weights = weightArrays(saved);
  const network = saved.topology as { config: { layers: readonly LayerDescription[] } };
  const descriptions = network.config.layers;
  const input = descriptions[0]?.config.batch_input_shape as [null, number, number] | undefined;
  if (input?.length !== 3) return null;
  const [, dates, channels] = input;
  const layers: Layer[] = [];
  let width = channels;
  let inSeries = true;
  let softmax = false;
  for (const { class_name: kind, config } of descriptions) {
    if (softmax) return null;
    const units = config.units as number;
    if (kind === "LSTM" && inSeries && isPlainLstm(config)) {
      const [kernel, recurrent, bias] = weights.splice(0, 3) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const pass = {
        dates,
        channels: width,
        units,
        sequences: config.return_sequences === true,
        reverse: config.go_backwards === true,
      };
      layers.push(lstmLayer(lstm, pass, { kernel, recurrent, bias }));
      inSeries = pass.sequences;
    } else if (kind === "Dense" && !inSeries && isPlainDense(config)) {
      const [kernel, bias] = weights.splice(0, 2) as [Float32Array, Float32Array];
      layers.push(denseLayer(kernel, bias));
    } else if (kind === "Activation" && !inSeries && config.activation === "softmax") {
      softmax = true;
      continue;
    } else return null;
    width = units;
  }
  if (!softmax) return null;
  const size = dates * channels;
  return {
    predict: async (series) => {
      const samples = series.length / size;
      const probabilities = new Float32Array(samples * width);
      for (let from = 0; from < samples; from += samplesTogether) {
        const count = Math.min(samplesTogether, samples - from);
        let values = series.subarray(from * size, (from + count) * size);
        for (const layer of layers) values = layer(values, count);
        softmaxRows(values, width, probabilities.subarray(from * width, (from + count) * width));
      }
      return probabilities;
    },
  };
}

function weightArrays({ weightSpecs, weightData }: SavedNetwork): Float32Array[] {
  let start = 0;
  return weightSpecs.map(({ shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(weightData, start, length);
    start += 4 * length;
    return values;
  });
}

function isPlainLstm(config: LayerDescription["config"]): boolean {
  return (
    config.activation === "tanh" &&
    config.recurrent_activation === "sigmoid" &&
    config.use_bias === true &&
    config.return_state === false &&
    config.stateful === false
  );
}

const isPlainDense = (config: LayerDescription["config"]): boolean =>
  config.activation === "linear" && config.use_bias === true;

function lstmLayer(lstm: LstmKernel, pass: Omit<LstmPass, "samples">, weights: LstmWeights): Layer {
  return (series, samples) => lstm.forward({ ...pass, samples }, series, weights, null);
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
