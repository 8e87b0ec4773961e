import type { LayersModel, Tensor, Tensor1D, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";

/** The trainable variables of a model as one flat vector, in the order of its weights. */
export interface FlatParameters {
  readonly variables: readonly Variable[];
  readonly values: Float32Array;
  /** Copies `values` into the variables. */
  store(): void;
  /** One vector of a scalar and, in the same layout after it, the gradients by variable name. */
  join(scalar: Tensor, gradients: Readonly<Record<string, Tensor>>): Tensor1D;
}

/** Reads a model's trainable variables into a {@link FlatParameters}. */
export async function flatParameters(tf: TensorFlow, model: LayersModel): Promise<FlatParameters> {
  const variables = model.trainableWeights.map(
    (weight) => (weight as unknown as { val: Variable }).val,
  );
  const values = new Float32Array(variables.reduce((sum, variable) => sum + variable.size, 0));
  let size = 0;
  for (const variable of variables) {
    values.set(await variable.data<"float32">(), size);
    size += variable.size;
  }
  return {
    variables,
    values,
    store() {
      let offset = 0;
      for (const variable of variables) {
        const part = values.slice(offset, offset + variable.size);
        tf.tidy(() => variable.assign(tf.tensor(part, variable.shape)));
        offset += variable.size;
      }
    },
    join: (scalar, gradients) =>
      tf.concat1d([scalar, ...variables.map(({ name }) => gradients[name]!)].map(flat)),
  };
}

const flat = (tensor: Tensor): Tensor1D => tensor.reshape([tensor.size]);
