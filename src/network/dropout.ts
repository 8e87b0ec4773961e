import type { layers, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import type { Random } from "../random.js";

/** What the layers of a network are called with. */
export interface CallOptions {
  /** A gradient of the weights follows. */
  readonly training?: boolean;
  /** What dropout draws from while training; without it nothing is dropped. */
  readonly random?: Random;
}

/**
 * Sets each value to 0 with probability `rate` and divides the others by the share that stays.
 *
 * @param rate 0 to below 1
 */
export function dropValues<T extends Tensor>(
  tf: TensorFlow,
  values: T,
  rate: number,
  random: Random | undefined,
): T {
  if (!random || rate === 0) return values;
  const factor = 1 / (1 - rate);
  const kept = new Float32Array(values.size);
  for (let i = 0; i < kept.length; i++) if (random.uniform() >= rate) kept[i] = factor;
  return tf.mul(values, tf.tensor(kept, values.shape)) as T;
}

/**
 * Lets a stock `tf.layers.dropout` draw from the generator it is called with: with a seed the stock
 * layer repeats one mask every step, without one it cannot be repeated.
 */
export function seedDropout(tf: TensorFlow, layer: layers.Layer): void {
  const { rate } = layer.getConfig() as { rate: number };
  layer.call = (inputs, options: CallOptions) =>
    tf.tidy(() => {
      const values = Array.isArray(inputs) ? inputs[0]! : inputs;
      return dropValues(tf, values, rate, options.random?.split(layer.name));
    });
}
