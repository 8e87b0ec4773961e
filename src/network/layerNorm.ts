import type { layers, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";

/** Added to variances before their root. */
export const normEpsilon = 1e-3;

/** Every last-axis vector to mean 0 and variance 1 of its own, then scaled and shifted (Ba et al. 2016). */
export function layerNorm(tf: TensorFlow, values: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  const { mean, variance } = tf.moments(values, -1, true);
  const scaled = tf.mul(tf.sub(values, mean), tf.rsqrt(tf.add(variance, normEpsilon)));
  return tf.add(tf.mul(scaled, gamma), beta);
}

/**
 * Lets a stock `tf.layers.layerNormalization` over the last axis compute by {@link layerNorm}: the
 * gradient of the stock layer runs two small operations for every sample and date.
 */
export function adaptLayerNorm(tf: TensorFlow, layer: layers.Layer): void {
  const { gamma, beta } = layer as unknown as Record<"gamma" | "beta", { read(): Tensor }>;
  layer.call = (inputs) =>
    tf.tidy(() => {
      const values = Array.isArray(inputs) ? inputs[0]! : inputs;
      return layerNorm(tf, values, gamma.read(), beta.read());
    });
}
