import type { Random } from "../random.js";
import { lstmWeights } from "./lstmNetworkFiles.js";
import type { NetworkShape } from "./networkShape.js";

/** Name, such as `lstm/kernel`, and shape of a weight. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Streams of random numbers of the weights of the network of one LSTM layer. */
const streams: Readonly<Record<string, string>> = {
  "lstm/kernel": "kernel",
  "lstm/recurrent_kernel": "recurrent",
  "classes/kernel": "dense",
};

/**
 * Seeded start of a network's weights by their names: kernels by Glorot's uniform rule, recurrent
 * kernels with orthonormal rows, scales and running variances 1, all others 0 except the forget
 * gate's bias, 1 (the starts that Keras uses).
 */
export function seededWeights(specs: readonly WeightSpec[], random: Random): Float32Array[] {
  const names = new Set(specs.map(({ name }) => name));
  return specs.map(({ name, shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const stream = () => random.split(streams[name] ?? name);
    if (name.endsWith("recurrent_kernel")) return orthonormalRows(shape[0]!, shape[1]!, stream());
    if (name.endsWith("kernel")) return glorotUniform(shape, stream());
    const values = new Float32Array(length);
    if (/(gamma|moving_variance)$/.test(name)) values.fill(1);
    if (names.has(name.replace(/bias$/, "recurrent_kernel"))) {
      values.fill(1, length / 4, length / 2);
    }
    return values;
  });
}

/** {@link seededWeights} of the network of one LSTM layer, in the order of `model.getWeights()`. */
export function initialWeights(shape: NetworkShape, random: Random): Float32Array[] {
  return seededWeights(lstmWeights(shape), random);
}

/** @param shape [window...][input][output] */
function glorotUniform(shape: readonly number[], random: Random): Float32Array {
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const window = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const limit = Math.sqrt(6 / (window * (inputs + outputs)));
  const length = window * inputs * outputs;
  return Float32Array.from({ length }, () => (2 * random.uniform() - 1) * limit);
}

/** Normal deviates made orthonormal row by row (modified Gram-Schmidt); rows <= columns. */
function orthonormalRows(rows: number, columns: number, random: Random): Float32Array {
  const values = Float64Array.from({ length: rows * columns }, () => random.normal());
  for (let row = 0; row < rows; row++) {
    const current = values.subarray(row * columns, (row + 1) * columns);
    for (let other = 0; other < row; other++) {
      const base = values.subarray(other * columns, (other + 1) * columns);
      let product = 0;
      for (let k = 0; k < columns; k++) product += current[k]! * base[k]!;
      for (let k = 0; k < columns; k++) current[k]! -= product * base[k]!;
    }
    let square = 0;
    for (let k = 0; k < columns; k++) square += current[k]! * current[k]!;
    const norm = Math.sqrt(square);
    for (let k = 0; k < columns; k++) current[k]! /= norm;
  }
  return Float32Array.from(values);
}
