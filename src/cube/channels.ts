import { type CubeBlock, missingValue } from "./cube.js";
import { bindIndices, indexSeries } from "./indices.js";

/** Reads the channels of one pixel of a block. */
export interface ChannelReader {
  /** [channel], each over the dates, natural units: bands, then the indices computed from them. */
  readonly channels: readonly Float64Array[];
  /** [date], 1 = the date has a value. */
  readonly present: Uint8Array;
  /** Fills `channels` and `present`; an index without a value (empty denominator) counts as 0. */
  read(pixel: number): void;
}

/** A reader that uses the same memory for every pixel. */
export function channelReader(
  bands: readonly string[],
  dates: number,
  block: CubeBlock,
): ChannelReader {
  const indices = bindIndices(bands).filter(({ kind }) => kind !== "stored");
  const channels = [...bands, ...indices].map(() => new Float64Array(dates));
  const present = new Uint8Array(dates);
  const { values, pixels } = block;
  return {
    channels,
    present,
    read(pixel) {
      for (let date = 0; date < dates; date++) {
        let at = date * bands.length * pixels + pixel;
        present[date] = values[at] === missingValue ? 0 : 1;
        for (let b = 0; b < bands.length; b++, at += pixels)
          channels[b]![date] = values[at]! * 1e-4;
      }
      for (let k = 0; k < indices.length; k++) {
        const out = channels[bands.length + k]!;
        indexSeries(indices[k]!, channels, dates, out);
        for (let date = 0; date < dates; date++) if (Number.isNaN(out[date]!)) out[date] = 0;
      }
    },
  };
}
