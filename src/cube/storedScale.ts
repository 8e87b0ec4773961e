import type { GridLookup } from "../raster/gridLookup.js";
import type { AnyRasterArray } from "../raster/typedArray.js";

/** Values times 10 000 are kept within what 16 bits hold beside the missing value. */
export const largestValue = 32_767;

/** How stored values of a band become integers of the cube, and where they go. */
export interface BandTarget {
  readonly nodata: number;
  readonly factor: number;
  readonly added: number;
  /** Values below are raised to it. */
  readonly lowest: number;
  /** Receives row r of the grid from `start + r * stride` on. */
  readonly out: Int16Array;
  readonly start: number;
  readonly stride: number;
}

/** A scaled value in the lower 16 bits and two marks above them. */
const raised = 1 << 16;
const present = 1 << 17;

/** Scaled value and marks of a stored one; 0 without data. */
function scaled(value: number, { nodata, factor, added, lowest }: BandTarget): number {
  if (value === nodata || Number.isNaN(value)) return 0;
  const result = Math.floor(value * factor + added + 0.5);
  if (result < lowest) return (lowest & 0xffff) | raised | present;
  return (Math.min(result, largestValue) & 0xffff) | present;
}

/**
 * Scales a band onto the block's grid and marks the pixels where it has data in `seen`; outside the
 * band and without data a value is 0.
 *
 * @returns number of usable values below `lowest`
 */
export function bringToGrid(
  stored: AnyRasterArray,
  { pixels, repeated }: GridLookup,
  valid: Uint8Array,
  seen: Uint8Array,
  target: BandTarget,
): number {
  const { out, start, stride } = target;
  const height = repeated.length;
  const width = pixels.length / height;
  // Of 16-bit samples every possible value is scaled once; signed ones are found by their bits.
  const table = stored.BYTES_PER_ELEMENT <= 2 ? scaleTable(stored, target) : null;
  let clamped = 0;
  let plain = false;
  for (let row = 0; row < height; row++) {
    const from = row * width;
    const to = start + row * stride;
    if (plain && repeated[row]) out.copyWithin(to, to - stride, to - stride + width);
    else plain = table !== null && scaleRow(stored, pixels, from, width, table, out, to);
    if (plain) {
      seen.fill(1, from, from + width);
      continue;
    }
    for (let i = from; i < from + width; i++) {
      const pixel = pixels[i]!;
      const value = pixel < 0 ? Number.NaN : stored[pixel]!;
      const found = table && pixel >= 0 ? table[value & 0xffff]! : scaled(value, target);
      out[to + i - from] = found;
      seen[i]! |= found >>> 17;
      clamped += (found >>> 16) & valid[i]!;
    }
  }
  return clamped;
}

/** Scales a row; whether all its pixels have data and none was raised, which is the common case. */
function scaleRow(
  stored: AnyRasterArray,
  pixels: Int32Array,
  from: number,
  width: number,
  table: Int32Array,
  out: Int16Array,
  to: number,
): boolean {
  let special = 0;
  for (let i = 0; i < width; i++) {
    const pixel = pixels[from + i]!;
    const found = pixel < 0 ? 0 : table[stored[pixel]! & 0xffff]!;
    out[to + i] = found;
    special |= found ^ present;
  }
  return special >>> 16 === 0;
}

const tables = new Map<string, Int32Array>();

function scaleTable(stored: AnyRasterArray, target: BandTarget): Int32Array {
  const signed = stored instanceof Int16Array || stored instanceof Int8Array;
  const key = [signed, target.nodata, target.factor, target.added, target.lowest].join(" ");
  let table = tables.get(key);
  if (!table) {
    table = Int32Array.from({ length: 65_536 }, (_, bits) =>
      scaled(signed ? (bits << 16) >> 16 : bits, target),
    );
    tables.set(key, table);
  }
  return table;
}
