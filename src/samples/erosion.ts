import type { LabelMap } from "../labels/sourceClass.js";
import type { Legend } from "../manifest/manifest.js";
import type { Grid } from "../raster/grid.js";
import { labelColumns, NO_COLUMN } from "./labelColumns.js";

/** Strips taken off a code's border, widest first, metres. */
export const erosionSteps = [100, 50, 0] as const;

/** Pixels of the label source that lie far enough inside their polygon. */
export interface ErodedPool {
  /** 1 in the pool, a value a pixel. */
  readonly inside: Uint8Array;
  /** Strip of each class, metres, in legend order. */
  readonly strip: number[];
  /** Pixels of each class in the pool, in legend order. */
  readonly pixels: number[];
}

/**
 * Erodes the label source by 100 m; a class whose pool stays below the quota by 50 m, then not at all.
 *
 * @param within pixels that count, 1 a pixel; all of them when left out
 * @param quota pixels a class should keep
 */
export function erodedPool(
  labels: LabelMap,
  legend: Legend,
  grid: Grid,
  quota: number,
  within?: Uint8Array,
): ErodedPool {
  const columns = labelColumns(labels, legend);
  const distance = borderDistance(labels.codes, grid, erosionSteps[0]);
  const counts = erosionSteps.map(() => new Array<number>(legend.length).fill(0));
  for (let i = 0; i < columns.length; i++) {
    if (columns[i] === NO_COLUMN || (within && within[i] === 0)) continue;
    for (const [s, strip] of erosionSteps.entries()) {
      if (distance[i]! > strip) counts[s]![columns[i]!]!++;
    }
  }
  const step = legend.map((_, k) => {
    const enough = counts.findIndex((pixels) => pixels[k]! >= quota);
    return enough < 0 ? erosionSteps.length - 1 : enough;
  });
  const inside = new Uint8Array(columns.length);
  for (let i = 0; i < columns.length; i++) {
    if (columns[i] === NO_COLUMN || (within && within[i] === 0)) continue;
    if (distance[i]! > erosionSteps[step[columns[i]!]!]!) inside[i] = 1;
  }
  return {
    inside,
    strip: step.map((s) => erosionSteps[s]!),
    pixels: step.map((s, k) => counts[s]![k]!),
  };
}

/**
 * Distance from each pixel's centre to the nearest centre of another code, metres; infinite beyond
 * `reach`. The edge of the grid is no border.
 */
export function borderDistance(codes: Uint16Array, grid: Grid, reach: number): Float32Array {
  const { width, height, pixelWidth, pixelHeight } = grid;
  const rowsReached = Math.floor(reach / pixelHeight) + 1;
  const columnsReached = Math.floor(reach / pixelWidth) + 1;
  const vertical = verticalDistance(codes, width, height, rowsReached);
  const distance = new Float32Array(codes.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      let nearest = Number.POSITIVE_INFINITY;
      const first = Math.max(-columnsReached, -column);
      const last = Math.min(columnsReached, width - 1 - column);
      for (let d = first; d <= last; d++) {
        const across = d * pixelWidth;
        const rows = codes[i + d] === codes[i] ? vertical[i + d]! : 0;
        if (rows > rowsReached) continue;
        const down = rows * pixelHeight;
        nearest = Math.min(nearest, across * across + down * down);
      }
      distance[i] = Math.sqrt(nearest);
    }
  }
  return distance;
}

/** Rows to the nearest other code in the same column, at most `reach` + 1. */
function verticalDistance(
  codes: Uint16Array,
  width: number,
  height: number,
  reach: number,
): Uint16Array {
  const rows = new Uint16Array(codes.length).fill(reach + 1);
  for (let i = width; i < codes.length; i++) {
    rows[i] = codes[i] === codes[i - width] ? Math.min(reach + 1, rows[i - width]! + 1) : 1;
  }
  for (let i = (height - 1) * width - 1; i >= 0; i--) {
    const below = codes[i] === codes[i + width] ? rows[i + width]! + 1 : 1;
    if (below < rows[i]!) rows[i] = below;
  }
  return rows;
}
