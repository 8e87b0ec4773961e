import { UsageError } from "../errors.js";
import { channelReader } from "./channels.js";
import type { Cube, CubeBlock } from "./cube.js";
import { checkScaler, type Scaler } from "./scaler.js";

/** What a sequence holds beside the channels. */
export interface SequenceOptions {
  /** Appends valid flag, sine and cosine of the grid date to the channels of every date. */
  readonly time: boolean;
}

/** Values a date in a sequence: channels, and three more with `time`. */
export function sequenceChannels(cube: Cube, { time }: SequenceOptions): number {
  return cube.channels.length + (time ? 3 : 0);
}

/**
 * Scaled series of single pixels, in their order: [pixel][date][channel], each channel
 * (r - low) / (high - low) clipped to 0-1. Missing dates are 0.
 *
 * @param pixels indices row * width + column, in any order, repeats allowed
 */
export async function readSequences(
  cube: Cube,
  year: number,
  pixels: Uint32Array,
  scaler: Scaler,
  options: SequenceOptions,
): Promise<Float32Array> {
  checkScaler(cube, scaler);
  const { width, height } = cube.grid;
  const source = cube.year(year);
  const size = source.days.length * sequenceChannels(cube, options);
  const out = new Float32Array(pixels.length * size);
  const order = Uint32Array.from(pixels, (_, i) => i).sort((a, b) => pixels[a]! - pixels[b]!);
  if (order.length > 0 && pixels[order.at(-1)!]! >= width * height) {
    throw new UsageError(`pixel ${pixels[order.at(-1)!]}`, "outside the cube's grid");
  }
  for (let i = 0; i < order.length; ) {
    const row0 = Math.floor(pixels[order[i]!]! / width / cube.chunkRows) * cube.chunkRows;
    const row1 = Math.min(height, row0 + cube.chunkRows);
    const block = await source.readBlock(row0, row1);
    const write = sequenceWriter(cube, year, block, scaler, options);
    for (; i < order.length && pixels[order[i]!]! < row1 * width; i++) {
      write(pixels[order[i]!]! - row0 * width, out, order[i]! * size);
    }
  }
  return out;
}

/** Scaled series of every pixel of a block: [pixel][date][channel], as {@link readSequences}. */
export function blockSequences(
  cube: Cube,
  year: number,
  block: CubeBlock,
  scaler: Scaler,
  options: SequenceOptions,
): Float32Array {
  checkScaler(cube, scaler);
  const size = cube.year(year).days.length * sequenceChannels(cube, options);
  const out = new Float32Array(block.pixels * size);
  const write = sequenceWriter(cube, year, block, scaler, options);
  for (let pixel = 0; pixel < block.pixels; pixel++) write(pixel, out, pixel * size);
  return out;
}

function sequenceWriter(
  cube: Cube,
  year: number,
  block: CubeBlock,
  { low, high }: Scaler,
  options: SequenceOptions,
): (pixel: number, out: Float32Array, at: number) => void {
  const { days } = cube.year(year);
  const channels = cube.channels.length;
  const width = sequenceChannels(cube, options);
  const reader = channelReader(cube.variables, days.length, block);
  const factor = high.map((top, c) => (top > low[c]! ? 1 / (top - low[c]!) : 0));
  const sine = Float64Array.from(days, (day) => Math.sin((2 * Math.PI * day) / 365));
  const cosine = Float64Array.from(days, (day) => Math.cos((2 * Math.PI * day) / 365));
  return (pixel, out, start) => {
    reader.read(pixel);
    for (let c = 0; c < channels; c++) {
      const values = reader.channels[c]!;
      for (let date = 0, at = start + c; date < days.length; date++, at += width) {
        const scaled = (values[date]! - low[c]!) * factor[c]!;
        if (reader.present[date]) out[at] = scaled < 0 ? 0 : Math.min(scaled, 1);
      }
    }
    if (!options.time) return;
    for (let date = 0, at = start + channels; date < days.length; date++, at += width) {
      out[at] = block.flags[date * block.pixels + pixel]!;
      out[at + 1] = sine[date]!;
      out[at + 2] = cosine[date]!;
    }
  };
}
