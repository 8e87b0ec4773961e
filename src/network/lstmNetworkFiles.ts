import { createRequire } from "node:module";
import type { WeightSpec } from "./initialWeights.js";
import { writeNetworkFiles } from "./networkFiles.js";
import type { NetworkShape } from "./networkShape.js";

/** Weights of the network of one LSTM layer and a dense layer, in its order. */
export function lstmWeights({ channels, units, classes }: NetworkShape): WeightSpec[] {
  return [
    { name: "lstm/kernel", shape: [channels, 4 * units] },
    { name: "lstm/recurrent_kernel", shape: [units, 4 * units] },
    { name: "lstm/bias", shape: [4 * units] },
    { name: "classes/kernel", shape: [units, classes] },
    { name: "classes/bias", shape: [classes] },
  ];
}

/**
 * Writes the network of {@link lstmWeights} as TensorFlow.js would, to the byte, without TensorFlow.js.
 *
 * @param parameters all weights, in the order of the network
 */
export async function writeLstmNetwork(
  folder: string,
  shape: NetworkShape,
  parameters: Float32Array,
): Promise<void> {
  const { dates, channels, units, classes } = shape;
  const require = createRequire(import.meta.url);
  const { version } = require("@tensorflow/tfjs-layers/package.json") as { version: string };
  const zeros = () => ({ class_name: "Zeros", config: {} });
  const lstm = {
    name: "lstm",
    trainable: true,
    batch_input_shape: [null, dates, channels],
    dtype: "float32",
    units,
    activation: "tanh",
    recurrent_activation: "sigmoid",
    use_bias: true,
    kernel_initializer: zeros(),
    recurrent_initializer: zeros(),
    bias_initializer: zeros(),
    unit_forget_bias: false,
    kernel_regularizer: null,
    recurrent_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    recurrent_constraint: null,
    bias_constraint: null,
    dropout: 0,
    recurrent_dropout: 0,
    implementation: null,
    return_sequences: false,
    return_state: false,
    go_backwards: false,
    stateful: false,
    unroll: false,
  };
  const dense = {
    units: classes,
    activation: "linear",
    use_bias: true,
    kernel_initializer: zeros(),
    bias_initializer: zeros(),
    kernel_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    bias_constraint: null,
    name: "classes",
    trainable: true,
  };
  const softmax = { activation: "softmax", name: "probabilities", trainable: true };
  await writeNetworkFiles(folder, {
    topology: {
      class_name: "Sequential",
      config: {
        name: "phenocover",
        layers: [
          { class_name: "LSTM", config: lstm },
          { class_name: "Dense", config: dense },
          { class_name: "Activation", config: softmax },
        ],
      },
      keras_version: `tfjs-layers ${version}`,
      backend: "tensor_flow.js",
    },
    generatedBy: `TensorFlow.js tfjs-layers v${version}`,
    weightSpecs: lstmWeights(shape).map(({ name, shape }) => ({
      ...{ name, shape: [...shape], dtype: "float32" },
    })),
    weightData: parameters.slice().buffer,
  });
}
