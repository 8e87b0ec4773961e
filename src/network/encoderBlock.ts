import type { Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import { dropValues } from "./dropout.js";
import type { LayerForm } from "./layerClass.js";
import { layerNorm } from "./layerNorm.js";

/**
 * A block of a Transformer encoder (Vaswani et al. 2017) with the normalisation ahead of each part
 * (Xiong et al. 2020): every date's vector gains what attention gathers from all dates, then what two
 * dense layers with a rectifier make of it.
 *
 * Settings: `heads`, a divisor of the vector's length; `inner`, width of the first dense layer;
 * `rate` of dropout behind each part.
 */
export const encoderBlock: LayerForm = {
  className: "PhenocoverEncoderBlock",
  settings: ["heads", "inner", "rate"],
  weights: (width, { inner }) => ({
    attention_gamma: [width],
    attention_beta: [width],
    attention_kernel: [width, 3 * width],
    attention_bias: [3 * width],
    gather_kernel: [width, width],
    gather_bias: [width],
    dense_gamma: [width],
    dense_beta: [width],
    inner_kernel: [width, inner as number],
    inner_bias: [inner as number],
    outer_kernel: [inner as number, width],
    outer_bias: [width],
  }),
  outputShape: (dates, width) => [dates, width],
  call(tf, series, weights, { heads, rate }, { random }) {
    const [samples, dates, width] = series.shape as [number, number, number];
    const w = (name: string) => weights[name]!;
    const drop = (values: Tensor, part: string) =>
      dropValues(tf, values, rate as number, random?.split(part));
    // Dense layers apply to every date of every sample alike.
    const flat = tf.reshape(series, [samples * dates, width]);
    const normed = layerNorm(tf, flat, w("attention_gamma"), w("attention_beta"));
    const projected = dense(tf, normed, w("attention_kernel"), w("attention_bias"));
    const gathered = selfAttention(tf, projected, samples, dates, heads as number);
    const attended = dense(tf, gathered, w("gather_kernel"), w("gather_bias"));
    const between = tf.add(flat, drop(attended, "attention"));
    const again = layerNorm(tf, between, w("dense_gamma"), w("dense_beta"));
    const inner = tf.relu(dense(tf, again, w("inner_kernel"), w("inner_bias")));
    const outer = dense(tf, drop(inner, "inner"), w("outer_kernel"), w("outer_bias"));
    return tf.reshape(tf.add(between, drop(outer, "outer")), [samples, dates, width]);
  },
};

/** Scaled dot-product attention of all heads: queries, keys and values [row, 3 width] to [row, width]. */
function selfAttention(
  tf: TensorFlow,
  projected: Tensor,
  samples: number,
  dates: number,
  heads: number,
): Tensor {
  const size = projected.shape[1]! / 3 / heads;
  const parts = tf.transpose(
    tf.reshape(projected, [samples, dates, 3, heads, size]),
    [2, 0, 3, 1, 4],
  );
  const [query, key, value] = tf.unstack(parts) as [Tensor, Tensor, Tensor];
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(size));
  const gathered = tf.matMul(tf.softmax(scores), value);
  return tf.reshape(tf.transpose(gathered, [0, 2, 1, 3]), [samples * dates, heads * size]);
}

function dense(tf: TensorFlow, values: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  return tf.add(tf.matMul(values, kernel), bias);
}
