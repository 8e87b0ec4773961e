import { type CubeBlock, missingValue } from "./cube.js";
import { bindIndices, indexSeries } from "./indices.js";

/** Pixels that a {@link ChannelReader} reads at once, at most: their channels fit a first-level cache. */
export const pixelsTogether = 64;

/** Reads the channels of some pixels of a block on one date. */
export interface ChannelReader {
  /** [channel], each over the pixels, natural units: bands, then the indices computed from them. */
  readonly channels: readonly Float64Array[];
  /** [pixel], 1 = the date has a value. */
  readonly present: Uint8Array;
  /**
   * Fills `channels` and `present`; an index without a value (empty denominator) counts as 0.
   *
   * @param pixels indices within the block, at most {@link pixelsTogether}
   */
  read(date: number, pixels: Uint32Array): void;
}

/** A reader that uses the same memory for all pixels and dates. */
export function channelReader(bands: readonly string[], block: CubeBlock): ChannelReader {
  const indices = bindIndices(bands).filter(({ kind }) => kind !== "stored");
  const channels = [...bands, ...indices].map(() => new Float64Array(pixelsTogether));
  const present = new Uint8Array(pixelsTogether);
  const { values } = block;
  return {
    channels,
    present,
    read(date, pixels) {
      const count = pixels.length;
      for (let b = 0; b < bands.length; b++) {
        const from = (date * bands.length + b) * block.pixels;
        const out = channels[b]!;
        for (let i = 0; i < count; i++) out[i] = values[from + pixels[i]!]! * 1e-4;
      }
      const from = date * bands.length * block.pixels;
      for (let i = 0; i < count; i++) {
        present[i] = values[from + pixels[i]!] === missingValue ? 0 : 1;
      }
      for (let k = 0; k < indices.length; k++) {
        const out = channels[bands.length + k]!;
        indexSeries(indices[k]!, channels, count, out);
        for (let i = 0; i < count; i++) if (Number.isNaN(out[i]!)) out[i] = 0;
      }
    },
  };
}
