import { crsTransform } from "./crs.js";
import type { Grid } from "./grid.js";
import { type RasterArray, sameType } from "./typedArray.js";

/** Distance of exactly transformed points; between them positions are interpolated, pixels. */
const controlStep = 16;

/**
 * For every pixel of `target`, the pixel of `source` that its centre lies in, or -1 outside.
 * Positions are transformed exactly every 16 pixels and interpolated linearly between.
 */
export function nearestPixels(source: Grid, target: Grid): Int32Array {
  const transform = crsTransform(target.epsg, source.epsg);
  const { width, height } = target;
  const columns = Math.ceil(width / controlStep) + 1;
  const rows = Math.ceil(height / controlStep) + 1;
  const xs = new Float64Array(rows * columns);
  const ys = new Float64Array(rows * columns);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const x = target.originX + (i * controlStep + 0.5) * target.pixelWidth;
      const y = target.originY - (j * controlStep + 0.5) * target.pixelHeight;
      const [sx, sy] = transform(x, y);
      xs[j * columns + i] = (sx - source.originX) / source.pixelWidth;
      ys[j * columns + i] = (source.originY - sy) / source.pixelHeight;
    }
  }
  const out = new Int32Array(width * height);
  for (let row = 0; row < height; row++) {
    const j = Math.floor(row / controlStep) * columns;
    const v = (row % controlStep) / controlStep;
    for (let column = 0; column < width; column++) {
      const k = j + Math.floor(column / controlStep);
      const u = (column % controlStep) / controlStep;
      const x = Math.floor(bilinear(xs, k, columns, u, v));
      const y = Math.floor(bilinear(ys, k, columns, u, v));
      const inside = x >= 0 && y >= 0 && x < source.width && y < source.height;
      out[row * width + column] = inside ? y * source.width + x : -1;
    }
  }
  return out;
}

function bilinear(grid: Float64Array, k: number, columns: number, u: number, v: number): number {
  const upper = grid[k]! + u * (grid[k + 1]! - grid[k]!);
  const lower = grid[k + columns]! + u * (grid[k + columns + 1]! - grid[k + columns]!);
  return upper + v * (lower - upper);
}

/**
 * Resamples a band to another grid, possibly of another coordinate system, by nearest neighbour.
 *
 * @param outside value of target pixels that the source does not cover
 */
export function warpNearest<T extends RasterArray>(
  band: T,
  source: Grid,
  target: Grid,
  outside: number,
): T {
  const from = nearestPixels(source, target);
  const out = sameType(band, from.length);
  for (let i = 0; i < from.length; i++) out[i] = from[i]! < 0 ? outside : band[from[i]!]!;
  return out;
}
