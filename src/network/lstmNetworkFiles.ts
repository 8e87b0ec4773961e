import { createRequire } from "node:module";
import type { NetworkShape } from "./initialWeights.js";
import { writeNetworkFiles } from "./networkFiles.js";

/**
 * Writes the network of `buildNetwork` as TensorFlow.js would, to the byte, without TensorFlow.js.
 *
 * @param parameters all weights, in the order of the network
 */
export async function writeLstmNetwork(
  folder: string,
  { dates, channels, units, classes }: NetworkShape,
  parameters: Float32Array,
): Promise<void> {
  const require = createRequire(import.meta.url);
  const { version } = require("@tensorflow/tfjs-layers/package.json") as { version: string };
  const float = (name: string, shape: number[]) => ({ name, shape, dtype: "float32" as const });
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
    weightSpecs: [
      float("lstm/kernel", [channels, 4 * units]),
      float("lstm/recurrent_kernel", [units, 4 * units]),
      float("lstm/bias", [4 * units]),
      float("classes/kernel", [units, classes]),
      float("classes/bias", [classes]),
    ],
    weightData: parameters.slice().buffer,
  });
}
