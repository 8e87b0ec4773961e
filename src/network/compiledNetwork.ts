import type { LstmKernel } from "../engine/lstmKernel.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type Predictor, softmaxRows } from "./predict.js";
import { type SavedLayer, savedLayers } from "./savedLayers.js";

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
  const network = savedLayers(saved);
  if (!network) return null;
  const { dates, channels, classes } = network;
  let inSeries = true;
  const layers: Layer[] = [];
  for (const layer of network.layers) {
    const compiled = inSeries ? lstmLayer(lstm, dates, layer) : denseLayer(lstm, layer);
    if (!compiled) return null;
    layers.push(compiled);
    inSeries &&= layer.config.return_sequences === true;
  }
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

/** An LSTM layer with tanh, logistic gates and bias; null for any other. */
function lstmLayer(lstm: LstmKernel, dates: number, layer: SavedLayer): Layer | null {
  const { kind, config, weights } = layer;
  const plain =
    kind === "LSTM" &&
    config.activation === "tanh" &&
    config.recurrent_activation === "sigmoid" &&
    config.use_bias === true &&
    config.return_state === false &&
    config.stateful === false;
  if (!plain) return null;
  const [kernel, recurrent, bias] = [weights.kernel!, weights.recurrent_kernel!, weights.bias!];
  const pass = {
    ...{ dates, channels: kernel.shape[0]!, units: config.units as number },
    ...{ sequences: config.return_sequences === true, reverse: config.go_backwards === true },
  };
  const values = { kernel: kernel.values, recurrent: recurrent.values, bias: bias.values };
  return (series, samples) => lstm.forward({ ...pass, samples }, series, values, null);
}

/** A dense layer without activation; null for any other. */
function denseLayer(lstm: LstmKernel, { kind, config, weights }: SavedLayer): Layer | null {
  if (kind !== "Dense" || config.activation !== "linear" || config.use_bias !== true) return null;
  const [kernel, bias] = [weights.kernel!.values, weights.bias!.values];
  return (values, samples) => lstm.dense(samples, values, kernel, bias);
}
