import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";

/** The trainable variables of a model as one flat vector, in the order of its weights. */
export interface FlatParameters {
  readonly variables: readonly Variable[];
  readonly values: Float32Array;
  /** Copies `values` into the variables. */
  store(): void;
  /** Concatenates gradients, by variable name, into a vector of the same layout. */
  gather(gradients: Readonly<Record<string, Tensor>>): Float32Array;
}

/** Reads a model's trainable variables into a {@link FlatParameters}. */
export function flatParameters(tf: TensorFlow, model: LayersModel): FlatParameters {
  const variables = model.trainableWeights.map(
    (weight) => (weight as unknown as { val: Variable }).val,
  );
  const size = variables.reduce((sum, variable) => sum + variable.size, 0);
  const values = new Float32Array(size);
  const gradient = new Float32Array(size);
  const fill = (target: Float32Array, tensorOf: (variable: Variable) => Tensor) => {
    let offset = 0;
    for (const variable of variables) {
      target.set(tensorOf(variable).dataSync<"float32">(), offset);
      offset += variable.size;
    }
    return target;
  };
  fill(values, (variable) => variable);
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
    gather: (gradients) => fill(gradient, (variable) => gradients[variable.name]!),
  };
}
