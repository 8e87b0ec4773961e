import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import type { Random } from "../random.js";
import { fuseLstm } from "./fusedLstm.js";
import { initialWeights, type NetworkShape } from "./initialWeights.js";

/**
 * One LSTM layer with logistic gates, its last state through a dense layer and softmax: series
 * [sample, date, channel] to class probabilities [sample, class].
 *
 * @param random start of the weights
 */
export function buildNetwork(engine: Engine, shape: NetworkShape, random: Random): LayersModel {
  const { tf } = engine;
  const zero = { kernelInitializer: "zeros", biasInitializer: "zeros" } as const;
  const lstm = tf.layers.lstm({
    ...zero,
    name: "lstm",
    inputShape: [shape.dates, shape.channels],
    units: shape.units,
    recurrentInitializer: "zeros",
    unitForgetBias: false,
    // The default of TensorFlow.js is the hard sigmoid, which no fused kernel computes.
    recurrentActivation: "sigmoid",
  });
  const dense = tf.layers.dense({ ...zero, name: "classes", units: shape.classes });
  const softmax = tf.layers.activation({ name: "probabilities", activation: "softmax" });
  const model = tf.sequential({ name: "phenocover", layers: [lstm, dense, softmax] });
  tf.tidy(() => {
    const values = initialWeights(shape, random);
    model.setWeights(
      model.getWeights().map((weight, i) => tf.tensor(values[i]!, weight.shape as number[])),
    );
  });
  fuseLstm(engine, lstm);
  return model;
}

/**
 * Class scores before the softmax, [sample, class]; training needs them for a stable loss.
 *
 * @param options.training a gradient of the weights follows
 */
export function logits(
  model: LayersModel,
  series: Tensor,
  options: { readonly training?: boolean } = {},
): Tensor {
  let value = series;
  for (const layer of model.layers) {
    if (layer.name === "probabilities") break;
    if (layer.getClassName() !== "InputLayer") value = layer.apply(value, options) as Tensor;
  }
  return value;
}
