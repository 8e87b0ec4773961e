import type { LayerForm } from "./layerClass.js";

/**
 * Lightweight temporal attention (Garnot and Landrieu 2020): every head has one learnt query and its
 * own part of the channels, and gathers that part from all dates by the softmax of query times key:
 * series [sample, date, channel] to [sample, channel].
 *
 * Settings: `heads`, a divisor of the channels; `keys`, the length of a query.
 */
export const masterAttention: LayerForm = {
  className: "PhenocoverMasterAttention",
  settings: ["heads", "keys"],
  weights: (channels, { heads, keys }) => ({
    query_kernel: [heads as number, keys as number],
    key_kernel: [channels, (heads as number) * (keys as number)],
    key_bias: [(heads as number) * (keys as number)],
  }),
  outputShape: (_, channels) => [channels],
  call(tf, series, weights, config) {
    const [samples, dates, channels] = series.shape as [number, number, number];
    const [heads, keys] = [config.heads as number, config.keys as number];
    const flat = tf.reshape(series, [samples * dates, channels]);
    const key = tf.add(tf.matMul(flat, weights.key_kernel!), weights.key_bias!);
    const products = tf.mul(tf.reshape(key, [samples, dates, heads, keys]), weights.query_kernel!);
    const scores = tf.mul(tf.sum(products, 3), 1 / Math.sqrt(keys));
    // [sample, head, 1, date] times [sample, head, date, part].
    const shares = tf.expandDims(tf.softmax(tf.transpose(scores, [0, 2, 1])), 2);
    const parts = tf.reshape(series, [samples, dates, heads, channels / heads]);
    const gathered = tf.matMul(shares, tf.transpose(parts, [0, 2, 1, 3]));
    return tf.reshape(gathered, [samples, channels]);
  },
};
