import type { LstmKernel } from "../engine/lstmKernel.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type DenseLayer, type LstmLayer, networkLayers } from "./networkLayers.js";
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
    layer.kind === "lstm" ? lstmLayer(lstm, dates, layer) : denseLayer(lstm, layer),
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

function denseLayer(lstm: LstmKernel, { kernel, bias }: DenseLayer): Layer {
  return (values, samples) => lstm.dense(samples, values, kernel, bias);
}
