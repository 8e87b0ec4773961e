import { halve, type OverviewMethod, type RasterLevel, type RasterSize } from "./overviews.js";
import { type RasterArray, sameType } from "./typedArray.js";

/** Takes an image's rows from top to bottom. */
export type RowSink = (bands: readonly RasterArray[]) => Promise<void>;

/**
 * Cuts an image that comes some rows at a time, and its overviews, into rows of tiles. No more than
 * one row of tiles of each level is in memory.
 *
 * @param sizes of the image and its overviews, finest first
 * @param tileSize even, or no smaller than the image
 * @param onTileRow takes the rows of one row of tiles, which are overwritten once what it returns has
 * resolved
 */
export function tileRows(
  sizes: readonly RasterSize[],
  method: OverviewMethod | "none",
  tileSize: number,
  onTileRow: (level: number, rows: RasterLevel) => Promise<void>,
): RowSink {
  return levelRows(0);

  function levelRows(level: number): RowSink {
    const { width, height } = sizes[level]!;
    const coarser = level + 1 < sizes.length ? levelRows(level + 1) : undefined;
    const most = Math.min(tileSize, height);
    let buffers: RasterArray[] = [];
    let filled = 0;
    let done = 0;
    return async (bands) => {
      if (buffers.length === 0) buffers = bands.map((band) => sameType(band, most * width));
      const rows = bands[0]!.length / width;
      for (let row = 0; row < rows; ) {
        const count = Math.min(most - filled, rows - row);
        bands.forEach((band, b) => {
          buffers[b]!.set(band.subarray(row * width, (row + count) * width), filled * width);
        });
        row += count;
        filled += count;
        done += count;
        if (filled < most && done < height) continue;
        const part = {
          width,
          height: filled,
          bands: buffers.map((b) => b.subarray(0, filled * width)),
        };
        filled = 0;
        await onTileRow(level, part);
        if (coarser) await coarser(halve(part, method as OverviewMethod).bands);
      }
    };
  }
}
