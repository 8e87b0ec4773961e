import { type RasterArray, sameType } from "./typedArray.js";

/** How a coarser level is made from a finer one. */
export type OverviewMethod = "mode" | "nearest";

/** Width and height of an image or of a part of it. */
export interface RasterSize {
  readonly width: number;
  readonly height: number;
}

/** One resolution level or full rows of one: an array a band. */
export interface RasterLevel extends RasterSize {
  readonly bands: readonly RasterArray[];
}

/**
 * Sizes of the full level and its overviews, each half as wide and high (rounded up), until one fits
 * into a tile.
 */
export function levelSizes(
  full: RasterSize,
  method: OverviewMethod | "none",
  tileSize: number,
): RasterSize[] {
  const sizes = [{ width: full.width, height: full.height }];
  if (method === "none") return sizes;
  for (let size = sizes[0]!; Math.max(size.width, size.height) > tileSize; ) {
    size = { width: (size.width + 1) >> 1, height: (size.height + 1) >> 1 };
    sizes.push(size);
  }
  return sizes;
}

/** A level half as wide and high, rounded up; a last odd row or column stands for two. */
export function halve({ width, height, bands }: RasterLevel, method: OverviewMethod): RasterLevel {
  const w = (width + 1) >> 1;
  const h = (height + 1) >> 1;
  const coarse = bands.map((band) => {
    const out = sameType(band, w * h);
    for (let y = 0; y < h; y++) {
      const upper = 2 * y * width;
      const lower = Math.min(2 * y + 1, height - 1) * width;
      for (let x = 0; x < w; x++) {
        const left = 2 * x;
        const right = Math.min(left + 1, width - 1);
        const a = band[upper + left]!;
        out[y * w + x] =
          method === "nearest"
            ? a
            : modeOfFour(a, band[upper + right]!, band[lower + left]!, band[lower + right]!);
      }
    }
    return out;
  });
  return { width: w, height: h, bands: coarse };
}

/** Most frequent of four values; the first in reading order among equals. */
function modeOfFour(a: number, b: number, c: number, d: number): number {
  if (a === b || a === c || a === d) return a;
  if (b === c || b === d) return b;
  return c === d ? c : a;
}
