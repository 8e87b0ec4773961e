import { dilate } from "../raster/dilate.js";

/** Neighbourhood operations on square fields of side `side`, row order; outside is treated as the edge. */

/** Mean over a (2 radius + 1) square, by two running sums. */
export function boxMean(values: Float32Array, side: number, radius: number): Float32Array {
  const pass = (source: Float32Array, stride: number, line: number): Float32Array => {
    const result = new Float32Array(source.length);
    for (let l = 0; l < side; l++) {
      const base = l * line;
      const at = (i: number) => source[base + Math.min(side - 1, Math.max(0, i)) * stride]!;
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += at(i);
      for (let i = 0; i < side; i++) {
        result[base + i * stride] = sum / (2 * radius + 1);
        sum += at(i + radius + 1) - at(i - radius);
      }
    }
    return result;
  };
  return pass(pass(values, 1, side), side, 1);
}

/** A field smoothed by three box means, close to a Gaussian of standard deviation `radius` pixels and a bit. */
export function smooth(values: Float32Array, side: number, radius: number): Float32Array {
  return boxMean(boxMean(boxMean(values, side, radius), side, radius), side, radius);
}

/** 1 where every pixel of the (2 radius + 1) square inside the field is set. */
export function erode(mask: Uint8Array, side: number, radius: number): Uint8Array {
  const inverse = mask.map((value) => (value ? 0 : 1));
  return dilate(inverse, side, side, radius).map((value) => (value ? 0 : 1));
}

/** The mask without specks narrower than 2 radius + 1 pixels. */
export function open(mask: Uint8Array, side: number, radius: number): Uint8Array {
  const opened = dilate(erode(mask, side, radius), side, side, radius);
  for (let i = 0; i < opened.length; i++) if (!mask[i]) opened[i] = 0;
  return opened;
}

/** Connected pieces (4 neighbours) of equal value. */
export interface Components {
  /** Piece of every pixel, from 0; -1 where the value is 0. */
  readonly piece: Int32Array;
  /** Pixels of every piece. */
  readonly size: Int32Array;
  /** Value of every piece. */
  readonly value: Int32Array;
}

/** Labels the connected pieces of equal non-zero value of a `width` x `height` field. */
export function components(
  values: ArrayLike<number>,
  width: number,
  height = values.length / width,
): Components {
  const piece = new Int32Array(values.length).fill(-1);
  const size: number[] = [];
  const value: number[] = [];
  const queue = new Int32Array(values.length);
  for (let start = 0; start < values.length; start++) {
    const wanted = values[start]!;
    if (wanted === 0 || piece[start]! >= 0) continue;
    const id = size.length;
    let tail = 0;
    const add = (pixel: number) => {
      if (piece[pixel]! < 0 && values[pixel] === wanted) {
        piece[pixel] = id;
        queue[tail++] = pixel;
      }
    };
    add(start);
    for (let head = 0; head < tail; head++) {
      const pixel = queue[head]!;
      const column = pixel % width;
      const row = (pixel - column) / width;
      if (column > 0) add(pixel - 1);
      if (column < width - 1) add(pixel + 1);
      if (row > 0) add(pixel - width);
      if (row < height - 1) add(pixel + width);
    }
    size.push(tail);
    value.push(wanted);
  }
  return { piece, size: Int32Array.from(size), value: Int32Array.from(value) };
}
