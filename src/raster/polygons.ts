import type { Grid } from "./grid.js";

/** Corners of a ring in the coordinates of a grid; the last need not repeat the first. */
export type Ring = readonly (readonly [number, number])[];

/**
 * Calls `onSpan` for every run of pixels of a row whose centres lie inside the rings by the
 * even-odd rule, so that inner rings are holes. Column `end` is not included.
 */
export function scanRings(
  rings: readonly Ring[],
  grid: Grid,
  onSpan: (row: number, start: number, end: number) => void,
): void {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const ring of rings) {
    for (const [, y] of ring) {
      lowest = Math.min(lowest, y);
      highest = Math.max(highest, y);
    }
  }
  const rowOf = (y: number) => Math.floor((grid.originY - y) / grid.pixelHeight);
  const first = Math.max(0, rowOf(highest));
  const last = Math.min(grid.height - 1, rowOf(lowest));
  for (let row = first; row <= last; row++) {
    const y = grid.originY - (row + 0.5) * grid.pixelHeight;
    const crossings: number[] = [];
    for (const ring of rings) {
      ring.forEach(([x1, y1], i) => {
        const [x2, y2] = ring[(i + 1) % ring.length]!;
        if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
      });
    }
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.ceil((crossings[k]! - grid.originX) / grid.pixelWidth - 0.5);
      const to = Math.ceil((crossings[k + 1]! - grid.originX) / grid.pixelWidth - 0.5);
      const start = Math.max(0, from);
      const end = Math.min(grid.width, to);
      if (end > start) onSpan(row, start, end);
    }
  }
}

/** 1 where a pixel centre lies inside the rings. */
export function fillRings(rings: readonly Ring[], grid: Grid): Uint8Array {
  const out = new Uint8Array(grid.width * grid.height);
  scanRings(rings, grid, (row, start, end) => {
    out.fill(1, row * grid.width + start, row * grid.width + end);
  });
  return out;
}
