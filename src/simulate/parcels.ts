import type { Random } from "../random.js";

/** Irregular cells (Voronoi cells of jittered points), numbered from 0. */
export interface Parcels {
  readonly count: number;
  /** Cell of every pixel. */
  readonly cell: Uint32Array;
  /** Column and row of the points. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Divides a square of `side` pixels into cells about `spacing` pixels wide. */
export function simulateParcels(random: Random, side: number, spacing: number): Parcels {
  const per = Math.ceil(side / spacing);
  const x = new Float32Array(per * per);
  const y = new Float32Array(per * per);
  for (let k = 0; k < per * per; k++) {
    x[k] = ((k % per) + 0.1 + 0.8 * random.uniform()) * spacing;
    y[k] = (Math.floor(k / per) + 0.1 + 0.8 * random.uniform()) * spacing;
  }
  const cell = new Uint32Array(side * side);
  for (let row = 0; row < side; row++) {
    const cy = Math.floor(row / spacing);
    for (let column = 0; column < side; column++) {
      const cx = Math.floor(column / spacing);
      let best = Number.POSITIVE_INFINITY;
      for (let gy = Math.max(0, cy - 1); gy <= Math.min(per - 1, cy + 1); gy++) {
        for (let gx = Math.max(0, cx - 1); gx <= Math.min(per - 1, cx + 1); gx++) {
          const k = gy * per + gx;
          const distance = (x[k]! - column) ** 2 + (y[k]! - row) ** 2;
          if (distance < best) {
            best = distance;
            cell[row * side + column] = k;
          }
        }
      }
    }
  }
  return { count: per * per, cell, x, y };
}
