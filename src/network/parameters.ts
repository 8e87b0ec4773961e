import type { LayersModel, Tensor, Tensor1D, Variable } from "@tensorflow/tfjs";
import type { TensorFlow } from "../engine/tensorflow.js";

/** The trainable variables of a model as one flat vector, in the order of its weights. */
export interface FlatParameters {
  readonly variables: readonly Variable[];
  readonly values: Float32Array;
  /** Copies `values` into the variables. */
  store(): void;
  /** A copy of `values` and behind it the weights that no gradient moves. */
  state(): Promise<Float32Array>;
  /** Sets all weights to a {@link state}. */
  restore(state: Float32Array): void;
  /** One vector of a scalar and, in the same layout after it, the gradients by variable name. */
  join(scalar: Tensor, gradients: Readonly<Record<string, Tensor>>): Tensor1D;
}

/** Reads a model's trainable variables into a {@link FlatParameters}. */
export async function flatParameters(tf: TensorFlow, model: LayersModel): Promise<FlatParameters> {
  const variables = model.trainableWeights.map(variableOf);
  const others = model.nonTrainableWeights.map(variableOf);
  const values = await read(variables);
  return {
    variables,
    values,
    store: () => assign(tf, variables, values),
    async state() {
      const rest = await read(others);
      const state = new Float32Array(values.length + rest.length);
      state.set(values);
      state.set(rest, values.length);
      return state;
    },
    restore(state) {
      values.set(state.subarray(0, values.length));
      assign(tf, variables, values);
      assign(tf, others, state.subarray(values.length));
    },
    join: (scalar, gradients) =>
      tf.concat1d([scalar, ...variables.map(({ name }) => gradients[name]!)].map(flat)),
  };
}

const variableOf = (weight: LayersModel["trainableWeights"][number]): Variable =>
  (weight as unknown as { val: Variable }).val;

async function read(variables: readonly Variable[]): Promise<Float32Array> {
  const values = new Float32Array(variables.reduce((sum, variable) => sum + variable.size, 0));
  let offset = 0;
  for (const variable of variables) {
    values.set(await variable.data<"float32">(), offset);
    offset += variable.size;
  }
  return values;
}

function assign(tf: TensorFlow, variables: readonly Variable[], values: Float32Array): void {
  let offset = 0;
  for (const variable of variables) {
    const part = values.slice(offset, offset + variable.size);
    tf.tidy(() => variable.assign(tf.tensor(part, variable.shape)));
    offset += variable.size;
  }
}

const flat = (tensor: Tensor): Tensor1D => tensor.reshape([tensor.size]);
