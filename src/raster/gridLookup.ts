import type { Grid } from "./grid.js";
import type { Window } from "./readRaster.js";
import { nearestPixels } from "./warp.js";

/** Where the pixels of a target grid lie in a window of a source raster. */
export interface GridLookup {
  /** Smallest window of the source that holds every needed pixel and the margin around it. */
  readonly window: Window;
  /** For every target pixel its index inside the window, -1 outside the source. */
  readonly pixels: Int32Array;
  /** For every target row 1 = its indices are those of the row above. */
  readonly repeated: Uint8Array;
}

/**
 * Nearest-neighbour lookup from a source raster to a target grid.
 *
 * @param margin source pixels added on every side of the window, clipped at the image
 * @returns null where the grids do not overlap
 */
export function gridLookup(source: Grid, target: Grid, margin = 0): GridLookup | null {
  const pixels = nearestPixels(source, target);
  let left = source.width;
  let right = -1;
  let top = source.height;
  let bottom = -1;
  for (const pixel of pixels) {
    if (pixel < 0) continue;
    const row = Math.floor(pixel / source.width);
    const column = pixel - row * source.width;
    if (column < left) left = column;
    if (column > right) right = column;
    if (row < top) top = row;
    if (row > bottom) bottom = row;
  }
  if (right < 0) return null;
  left = Math.max(0, left - margin);
  top = Math.max(0, top - margin);
  right = Math.min(source.width, right + 1 + margin);
  bottom = Math.min(source.height, bottom + 1 + margin);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel < 0) continue;
    const row = Math.floor(pixel / source.width);
    pixels[i] = (row - top) * (right - left) + (pixel - row * source.width - left);
  }
  return { window: [left, top, right, bottom], pixels, repeated: repeatedRows(pixels, target) };
}

function repeatedRows(pixels: Int32Array, { width, height }: Grid): Uint8Array {
  const repeated = new Uint8Array(height);
  for (let row = 1; row < height; row++) {
    let column = 0;
    const at = row * width;
    while (column < width && pixels[at + column] === pixels[at - width + column]) column++;
    repeated[row] = column === width ? 1 : 0;
  }
  return repeated;
}

const kept = new Map<string, GridLookup | null>();
/** Lookups kept by {@link keptLookup}; a run meets a few tiles and blocks at a time. */
const mostKept = 16;

/** {@link gridLookup}, computed once for all rasters that share a grid. */
export function keptLookup(source: Grid, target: Grid, margin = 0): GridLookup | null {
  const key = JSON.stringify([source, target, margin]);
  let lookup = kept.get(key);
  if (lookup === undefined) {
    lookup = gridLookup(source, target, margin);
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value!);
    kept.set(key, lookup);
  }
  return lookup;
}
