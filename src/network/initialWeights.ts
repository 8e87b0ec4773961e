import type { Random } from "../random.js";

/** Sizes of the network: dates and channels of a series, LSTM units, classes. */
export interface NetworkShape {
  readonly dates: number;
  readonly channels: number;
  readonly units: number;
  readonly classes: number;
}

/**
 * Seeded start of the network in the order of `model.getWeights()`: LSTM kernel and dense kernel
 * by Glorot's uniform rule, recurrent kernel with orthonormal rows, biases 0 except the forget
 * gate's 1 (the starts that Keras uses).
 */
export function initialWeights(shape: NetworkShape, random: Random): Float32Array[] {
  const { channels, units, classes } = shape;
  const bias = new Float32Array(4 * units);
  bias.fill(1, units, 2 * units);
  return [
    glorotUniform(channels, 4 * units, random.split("kernel")),
    orthonormalRows(units, 4 * units, random.split("recurrent")),
    bias,
    glorotUniform(units, classes, random.split("dense")),
    new Float32Array(classes),
  ];
}

function glorotUniform(rows: number, columns: number, random: Random): Float32Array {
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => (2 * random.uniform() - 1) * limit);
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
