import type { layers } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";
import { customLayers } from "./customLayers.js";
import { normEpsilon } from "./layerNorm.js";
import type { NetworkKind } from "./networkKinds.js";
import type { NetworkShape } from "./networkShape.js";

/** The layers of a network from its series to what its classes are told from. */
type Builder = (tf: TensorFlow, shape: Required<NetworkShape>) => layers.Layer[];

/** Zero weights: the seeded start replaces them. */
export const zeroStart = Object.freeze({ kernelInitializer: "zeros", biasInitializer: "zeros" });

/** How each kind of network is built; settings and sources in the functions. */
export const networkBuilders: Readonly<Record<NetworkKind, Builder>> = Object.freeze({
  lstm: lstmLayers,
  tempcnn: tempCnnLayers,
  transformer: transformerLayers,
  ltae: ltaeLayers,
});

/**
 * LSTM layers with logistic gates one behind the other, dropout between them; the last hands on its
 * last state, or those of both directions. With `layerNorm` series and last states are normalised
 * (Russwurm and Koerner 2020).
 */
function lstmLayers(tf: TensorFlow, shape: Required<NetworkShape>): layers.Layer[] {
  const { dates, channels, units, bidirectional, layerNorm, dropout } = shape;
  const chain: layers.Layer[] = [];
  const first = () => (chain.length === 0 ? { inputShape: [dates, channels] } : {});
  if (layerNorm) chain.push(norm(tf, "series_norm", first()));
  for (let k = 1; k <= shape.layers; k++) {
    const name = k === 1 ? "lstm" : `lstm_${k}`;
    const config = {
      ...{ name, units, ...zeroStart, recurrentInitializer: "zeros" as const },
      unitForgetBias: false,
      // The default of TensorFlow.js is the hard sigmoid, which no fused kernel computes.
      recurrentActivation: "sigmoid" as const,
      returnSequences: k < shape.layers,
    };
    if (k > 1) chain.push(tf.layers.dropout({ name: `dropout_${k - 1}`, rate: dropout }));
    if (bidirectional) {
      const layer = tf.layers.lstm(config);
      chain.push(
        tf.layers.bidirectional({ ...first(), name: `both_${name}`, layer, mergeMode: "concat" }),
      );
    } else chain.push(tf.layers.lstm({ ...first(), ...config }));
  }
  if (layerNorm) chain.push(norm(tf, "state_norm"));
  return chain;
}

/** Dates that a convolution spans. */
const window = 5;

/**
 * Temporal convolutions (Pelletier, Webb and Petitjean 2019): `layers` times convolution over time,
 * batch normalisation, rectifier and dropout, then a dense layer of 4 times the width.
 */
function tempCnnLayers(tf: TensorFlow, shape: Required<NetworkShape>): layers.Layer[] {
  const { dates, channels, units, dropout } = shape;
  const convolutions = Array.from({ length: shape.layers }, (_, k) => [
    tf.layers.conv1d({
      ...(k === 0 ? { inputShape: [dates, channels] } : {}),
      ...{ name: `convolution_${k + 1}`, ...zeroStart },
      ...{ filters: units, kernelSize: window, padding: "same" },
    }),
    ...rectified(tf, `${k + 1}`, dropout),
  ]);
  return [
    ...convolutions.flat(),
    tf.layers.flatten({ name: "flatten" }),
    tf.layers.dense({ name: "dense", units: 4 * units, ...zeroStart }),
    ...rectified(tf, "dense", dropout),
  ];
}

/**
 * A Transformer encoder (Vaswani et al. 2017) over the dates with {@link customLayers}' day-of-year
 * encoding, two dense layers of twice the width in every block, and the maximum over time.
 */
function transformerLayers(tf: TensorFlow, shape: Required<NetworkShape>): layers.Layer[] {
  const { units, dropout } = shape;
  const { encoderBlock } = customLayers(tf);
  return [
    ...embedding(tf, shape),
    ...Array.from({ length: shape.layers }, (_, k) =>
      encoderBlock({
        ...{ name: `encoder_${k + 1}`, heads: headsOf(units, 4) },
        ...{ inner: 2 * units, rate: dropout },
      }),
    ),
    norm(tf, "date_norm"),
    tf.layers.globalMaxPooling1d({ name: "maximum" }),
  ];
}

/** Length of a query of lightweight temporal attention. */
const queryLength = 8;

/**
 * Lightweight temporal attention (Garnot and Landrieu 2020) with {@link customLayers}' day-of-year
 * encoding, behind it a dense layer with batch normalisation, rectifier and dropout.
 */
function ltaeLayers(tf: TensorFlow, shape: Required<NetworkShape>): layers.Layer[] {
  const { units, dropout } = shape;
  const { masterAttention } = customLayers(tf);
  return [
    ...embedding(tf, shape),
    norm(tf, "date_norm"),
    masterAttention({ name: "attention", heads: headsOf(units, 16), keys: queryLength }),
    tf.layers.dense({ name: "dense", units, ...zeroStart }),
    ...rectified(tf, "dense", dropout),
  ];
}

/** Every date's channels and day of the year as a vector of the network's width. */
function embedding(tf: TensorFlow, { dates, channels, units }: NetworkShape): layers.Layer[] {
  const { yearHarmonics } = customLayers(tf);
  return [
    yearHarmonics({ name: "day", inputShape: [dates, channels] }),
    tf.layers.dense({ name: "embedding", units, ...zeroStart }),
  ];
}

/** Share that a running mean of batches keeps at each step. */
const momentum = 0.9;

function rectified(tf: TensorFlow, name: string, rate: number): layers.Layer[] {
  return [
    tf.layers.batchNormalization({ name: `norm_${name}`, momentum, epsilon: normEpsilon }),
    tf.layers.activation({ name: `rectifier_${name}`, activation: "relu" }),
    tf.layers.dropout({ name: `dropout_${name}`, rate }),
  ];
}

function norm(tf: TensorFlow, name: string, more = {}): layers.Layer {
  return tf.layers.layerNormalization({ ...more, name, epsilon: normEpsilon });
}

/** The largest power of 2 up to `most` that divides the width. */
function headsOf(width: number, most: number): number {
  let heads = most;
  while (width % heads !== 0) heads /= 2;
  return heads;
}
