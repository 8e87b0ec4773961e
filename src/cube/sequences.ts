import { UsageError } from "../errors.js";
import { channelReader, pixelsTogether } from "./channels.js";
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
    let end = i;
    while (end < order.length && pixels[order[end]!]! < row1 * width) end++;
    const places = order.subarray(i, end);
    const inBlock = Uint32Array.from(places, (place) => pixels[place]! - row0 * width);
    writeSequences(cube, year, block, scaler, options, { pixels: inBlock, places, out });
    i = end;
  }
  return out;
}

/**
 * Scaled series of a block's pixels first..last-1, by default of all: [pixel][date][channel], as
 * {@link readSequences}.
 */
export function blockSequences(
  cube: Cube,
  year: number,
  block: CubeBlock,
  scaler: Scaler,
  options: SequenceOptions,
  first = 0,
  last = block.pixels,
): Float32Array {
  checkScaler(cube, scaler);
  const size = cube.year(year).days.length * sequenceChannels(cube, options);
  const places = Uint32Array.from({ length: last - first }, (_, i) => i);
  const out = new Float32Array(places.length * size);
  const pixels = places.map((place) => first + place);
  writeSequences(cube, year, block, scaler, options, { pixels, places, out });
  return out;
}

/** Pixels of a block and where their series go. */
interface SeriesTarget {
  /** Indices within the block. */
  readonly pixels: Uint32Array;
  /** Place of each pixel's series in `out`. */
  readonly places: Uint32Array;
  /** Zeros, [place][date][channel]. */
  readonly out: Float32Array;
}

/** Writes series some pixels at once and date by date, which is how a block lies in memory. */
function writeSequences(
  cube: Cube,
  year: number,
  block: CubeBlock,
  { low, high }: Scaler,
  options: SequenceOptions,
  { pixels, places, out }: SeriesTarget,
): void {
  const { days } = cube.year(year);
  const channels = cube.channels.length;
  const width = sequenceChannels(cube, options);
  const reader = channelReader(cube.variables, block);
  const { present } = reader;
  const factor = high.map((top, c) => (top > low[c]! ? 1 / (top - low[c]!) : 0));
  for (let first = 0; first < pixels.length; first += pixelsTogether) {
    const some = pixels.subarray(first, first + pixelsTogether);
    for (let date = 0; date < days.length; date++) {
      const angle = (2 * Math.PI * days[date]!) / 365;
      const sine = Math.sin(angle);
      const cosine = Math.cos(angle);
      reader.read(date, some);
      for (let c = 0; c < channels; c++) {
        const values = reader.channels[c]!;
        const lowest = low[c]!;
        const scale = factor[c]!;
        for (let i = 0; i < some.length; i++) {
          if (present[i] === 0) continue;
          const scaled = (values[i]! - lowest) * scale;
          const at = (places[first + i]! * days.length + date) * width + c;
          out[at] = scaled < 0 ? 0 : Math.min(scaled, 1);
        }
      }
      if (!options.time) continue;
      for (let i = 0; i < some.length; i++) {
        const at = (places[first + i]! * days.length + date) * width + channels;
        out[at] = block.flags[date * block.pixels + some[i]!]!;
        out[at + 1] = sine;
        out[at + 2] = cosine;
      }
    }
  }
}
