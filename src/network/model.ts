import type { LayersModel, layers, Tensor } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import type { Random } from "../random.js";
import { type CallOptions, seedDropout } from "./dropout.js";
import { fuseLstm } from "./fusedLstm.js";
import { seededWeights } from "./initialWeights.js";
import { adaptLayerNorm } from "./layerNorm.js";
import { networkBuilders, zeroStart } from "./networkBuilders.js";
import { completed, type NetworkShape } from "./networkShape.js";

/**
 * A network whose layers follow one another, with a dense layer and softmax at its end: series
 * [sample, date, channel] to class probabilities [sample, class].
 *
 * @param random start of the weights
 */
export function buildNetwork(engine: Engine, shape: NetworkShape, random: Random): LayersModel {
  const { tf } = engine;
  const full = completed(shape);
  const model = tf.sequential({
    name: "phenocover",
    layers: [
      ...networkBuilders[full.kind](tf, full),
      tf.layers.dense({ ...zeroStart, name: "classes", units: full.classes }),
      tf.layers.activation({ name: "probabilities", activation: "softmax" }),
    ],
  });
  const specs = model.weights.map(({ originalName, shape: sizes }) => ({
    name: originalName,
    shape: sizes as number[],
  }));
  tf.tidy(() => {
    const values = seededWeights(specs, random);
    model.setWeights(specs.map((spec, i) => tf.tensor(values[i]!, [...spec.shape])));
  });
  adaptLayers(engine, model);
  return model;
}

/** Makes dropout seeded, and layers fast that are slow in TensorFlow.js: LSTM, normalisation. */
export function adaptLayers(engine: Engine, model: LayersModel): void {
  for (const layer of model.layers) {
    const name = layer.getClassName();
    if (name === "LSTM") fuseLstm(engine, layer);
    if (name === "Dropout") seedDropout(engine.tf, layer);
    if (name === "LayerNormalization") adaptLayerNorm(engine.tf, layer);
    if (name !== "Bidirectional") continue;
    const { forwardLayer, backwardLayer } = layer as unknown as Record<string, layers.Layer>;
    fuseLstm(engine, forwardLayer!);
    fuseLstm(engine, backwardLayer!);
  }
}

/** Class scores before the softmax, [sample, class]; training needs them for a stable loss. */
export function logits(model: LayersModel, series: Tensor, options: CallOptions = {}): Tensor {
  let value = series;
  for (const layer of model.layers) {
    if (layer.name === "probabilities") break;
    if (layer.getClassName() !== "InputLayer") value = layer.apply(value, options) as Tensor;
  }
  return value;
}
