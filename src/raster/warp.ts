import { crsTransform } from "./crs.js";
import type { Grid } from "./grid.js";
import { type RasterArray, sameType } from "./typedArray.js";

/** Distance of exactly transformed points; between them positions are interpolated, pixels. */
const controlStep = 16;
/** Interpolation errs at most this many times its error in the middle of a cell of the control grid. */
const errorFactor = 4;
/** Smallest distance from a pixel border at which an interpolated position is trusted, source pixels. */
const leastMargin = 1e-7;

/**
 * For every pixel of `target`, the pixel of `source` that its centre lies in, or -1 outside: the
 * same as transforming every centre. Positions are transformed every 16 pixels and interpolated
 * between; where interpolation could fall to the wrong side of a border the centre itself is
 * transformed.
 */
export function nearestPixels(source: Grid, target: Grid): Int32Array {
  const { width, height } = target;
  const out = new Int32Array(width * height);
  const transform = crsTransform(target.epsg, source.epsg);
  const place = (column: number, row: number): [number, number] => {
    const [x, y] = transform(
      target.originX + (column + 0.5) * target.pixelWidth,
      target.originY - (row + 0.5) * target.pixelHeight,
    );
    return [(x - source.originX) / source.pixelWidth, (source.originY - y) / source.pixelHeight];
  };
  const columns = Math.ceil(width / controlStep) + 1;
  const rows = Math.ceil(height / controlStep) + 1;
  const xs = new Float64Array(rows * columns);
  const ys = new Float64Array(rows * columns);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const k = j * columns + i;
      [xs[k], ys[k]] = place(i * controlStep, j * controlStep);
    }
  }
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const k = j * columns + i;
      const [middleX, middleY] = place((i + 0.5) * controlStep, (j + 0.5) * controlStep);
      const errorX = Math.abs(bilinear(xs, k, columns, 0.5, 0.5) - middleX);
      const errorY = Math.abs(bilinear(ys, k, columns, 0.5, 0.5) - middleY);
      const margin = leastMargin + errorFactor * Math.max(errorX, errorY);
      const bottom = Math.min(height, (j + 1) * controlStep);
      const right = Math.min(width, (i + 1) * controlStep);
      for (let row = j * controlStep; row < bottom; row++) {
        const v = row / controlStep - j;
        for (let column = i * controlStep; column < right; column++) {
          const u = column / controlStep - i;
          let x = bilinear(xs, k, columns, u, v);
          let y = bilinear(ys, k, columns, u, v);
          // Also false for positions that are no number, outside a projection's reach.
          const sure = nearBorder(x) > margin && nearBorder(y) > margin;
          if (!sure) [x, y] = place(column, row);
          const inside = x >= 0 && y >= 0 && x < source.width && y < source.height;
          out[row * width + column] = inside ? Math.floor(y) * source.width + Math.floor(x) : -1;
        }
      }
    }
  }
  return out;
}

/** Distance to the nearest whole number. */
function nearBorder(value: number): number {
  return Math.abs(value - Math.round(value));
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
