import type { Window } from "./readRaster.js";
import type { AnyRasterArray } from "./typedArray.js";

/** A tile of an image: its samples and where it lies. */
export interface PlacedTile {
  readonly samples: AnyRasterArray;
  readonly top: number;
  readonly left: number;
  readonly width: number;
  /** Samples a pixel that are stored together. */
  readonly step: number;
}

/**
 * Copies the part of a tile that lies in a window.
 *
 * @param sample which of the samples of a pixel is taken
 * @param out the window's pixels of one band
 */
export function copyTile(
  tile: PlacedTile,
  sample: number,
  [left, top, right, bottom]: Window,
  out: AnyRasterArray,
): void {
  const { samples, width, step } = tile;
  const height = Math.floor(samples.length / (width * step));
  const from = Math.max(left, tile.left);
  const to = Math.min(right, tile.left + width);
  for (let y = Math.max(top, tile.top); y < Math.min(bottom, tile.top + height); y++) {
    const target = (y - top) * (right - left) + from - left;
    const source = ((y - tile.top) * width + from - tile.left) * step + sample;
    if (step === 1) out.set(samples.subarray(source, source + to - from), target);
    else for (let i = 0; i < to - from; i++) out[target + i] = samples[source + i * step]!;
  }
}
