import type { Grid } from "./grid.js";
import { type RasterArray, sameType } from "./typedArray.js";

/**
 * Gives every pixel the most frequent value of its square cell, on the same grid: what a coarse
 * map of the same place would say. Cells start at the upper left corner; a pixel belongs to the
 * cell of its centre. Among equally frequent values the smallest wins.
 *
 * @param cellSize side of the cells, metres
 * @param ignore value that is not counted; cells of nothing else keep it
 */
export function modeCoarsen<T extends RasterArray>(
  band: T,
  grid: Grid,
  cellSize: number,
  ignore: number,
): T {
  const { width, height } = grid;
  const cellColumn = (column: number) => Math.floor(((column + 0.5) * grid.pixelWidth) / cellSize);
  const cellRow = (row: number) => Math.floor(((row + 0.5) * grid.pixelHeight) / cellSize);
  const out = sameType(band, band.length);
  for (let top = 0; top < height; ) {
    let bottom = top + 1;
    while (bottom < height && cellRow(bottom) === cellRow(top)) bottom++;
    for (let left = 0; left < width; ) {
      let right = left + 1;
      while (right < width && cellColumn(right) === cellColumn(left)) right++;
      const value = cellMode(band, width, left, right, top, bottom, ignore);
      for (let row = top; row < bottom; row++) {
        out.fill(value, row * width + left, row * width + right);
      }
      left = right;
    }
    top = bottom;
  }
  return out;
}

function cellMode(
  band: RasterArray,
  width: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
  ignore: number,
): number {
  const counts = new Map<number, number>();
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const value = band[row * width + column]!;
      if (value !== ignore) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  let best = ignore;
  let most = 0;
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < best)) {
      best = value;
      most = count;
    }
  }
  return best;
}
