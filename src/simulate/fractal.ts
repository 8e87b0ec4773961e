import type { Random } from "../random.js";

/** In-place radix-2 Fourier transform of `length` complex values from `offset` on; inverse sign, not normalised. */
function transformLine(
  re: Float64Array,
  im: Float64Array,
  offset: number,
  length: number,
  cos: Float64Array,
  sin: Float64Array,
): void {
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const p = offset + i;
      const q = offset + j;
      const heldRe = re[p]!;
      const heldIm = im[p]!;
      re[p] = re[q]!;
      im[p] = im[q]!;
      re[q] = heldRe;
      im[q] = heldIm;
    }
  }
  for (let size = 2; size <= length; size <<= 1) {
    const half = size >> 1;
    const step = length / size;
    for (let start = 0; start < length; start += size) {
      for (let k = 0; k < half; k++) {
        const c = cos[k * step]!;
        const s = sin[k * step]!;
        const p = offset + start + k;
        const q = p + half;
        const turnedRe = re[q]! * c - im[q]! * s;
        const turnedIm = re[q]! * s + im[q]! * c;
        re[q] = re[p]! - turnedRe;
        im[q] = im[p]! - turnedIm;
        re[p] = re[p]! + turnedRe;
        im[p] = im[p]! + turnedIm;
      }
    }
  }
}

/** Exchanges rows and columns of a square in place. */
function transpose(values: Float64Array, side: number): void {
  const edge = 16;
  for (let top = 0; top < side; top += edge) {
    for (let left = top; left < side; left += edge) {
      const bottom = Math.min(side, top + edge);
      const right = Math.min(side, left + edge);
      for (let row = top; row < bottom; row++) {
        for (let column = Math.max(left, row + 1); column < right; column++) {
          const p = row * side + column;
          const q = column * side + row;
          const held = values[p]!;
          values[p] = values[q]!;
          values[q] = held;
        }
      }
    }
  }
}

/** Inverse two-dimensional Fourier transform in place of a square of side `side` (a power of two). */
export function inverseFourier(re: Float64Array, im: Float64Array, side: number): void {
  const cos = Float64Array.from({ length: side / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / side));
  const sin = Float64Array.from({ length: side / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / side));
  const transformRows = () => {
    for (let row = 0; row < side; row++) transformLine(re, im, row * side, side, cos, sin);
  };
  // Columns as rows: values a whole row apart share few places of the cache.
  const turn = () => {
    transpose(re, side);
    transpose(im, side);
  };
  transformRows();
  turn();
  transformRows();
  turn();
}

/**
 * A square random field with power spectrum k^-beta (spectral synthesis), mean 0 and standard
 * deviation 1, of `side` x `side` values in row order.
 *
 * @param beta 2 is rough (cloud edges), 3 to 4 is smooth (relief)
 */
export function fractalField(random: Random, side: number, beta: number): Float32Array {
  let size = 2;
  while (size < side) size <<= 1;
  const re = new Float64Array(size * size);
  const im = new Float64Array(size * size);
  const half = size / 2 + 1;
  const amplitudes = new Float64Array(half * half);
  for (let ky = 0; ky < half; ky++) {
    for (let kx = 0; kx < half; kx++) {
      const power = kx * kx + ky * ky;
      amplitudes[ky * half + kx] = power > 0 ? power ** (-beta / 4) : 0;
    }
  }
  for (let row = 0; row < size; row++) {
    const ky = Math.min(row, size - row);
    for (let column = 0; column < size; column++) {
      const kx = Math.min(column, size - column);
      const amplitude = amplitudes[ky * half + kx]!;
      re[row * size + column] = random.normal() * amplitude;
      im[row * size + column] = random.normal() * amplitude;
    }
  }
  inverseFourier(re, im, size);
  const field = new Float32Array(side * side);
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const value = re[row * size + column]!;
      field[row * side + column] = value;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / field.length;
  const deviation = Math.sqrt(Math.max(squares / field.length - mean * mean, 1e-30));
  for (let i = 0; i < field.length; i++) field[i] = (field[i]! - mean) / deviation;
  return field;
}

/** A square field of side `from` stretched to side `to` by bilinear interpolation, edges to edges. */
export function stretchField(field: Float32Array, from: number, to: number): Float32Array {
  const result = new Float32Array(to * to);
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  for (let row = 0; row < to; row++) {
    const y = row * step;
    const y0 = Math.min(Math.floor(y), from - 2);
    const fy = y - y0;
    for (let column = 0; column < to; column++) {
      const x = column * step;
      const x0 = Math.min(Math.floor(x), from - 2);
      const fx = x - x0;
      const p = y0 * from + x0;
      const upper = field[p]! * (1 - fx) + field[p + 1]! * fx;
      const lower = field[p + from]! * (1 - fx) + field[p + from + 1]! * fx;
      result[row * to + column] = upper * (1 - fy) + lower * fy;
    }
  }
  return result;
}

/** Value below which the given share (0-1) of the values lies. */
export function quantile(values: Float32Array, share: number): number {
  const sorted = Float32Array.from(values).sort();
  const index = Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)));
  return sorted[index]!;
}
