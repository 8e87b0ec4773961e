import type { Random } from "../random.js";
import { relief } from "./constants.js";
import { fractalField } from "./fractal.js";
import { smooth } from "./morphology.js";

/** Relief of the region on a square of `side` x `side` pixels, row 0 in the north. */
export interface Terrain {
  readonly side: number;
  /** Linear size of landforms against the 5 km region: 1 at 500 pixels. */
  readonly scale: number;
  /** Metres above the sea. */
  readonly elevation: Float32Array;
  /** Rise over run. */
  readonly slope: Float32Array;
  /** Direction the slope faces, radians clockwise from north. */
  readonly aspect: Float32Array;
  /** cos(aspect) weighted by the slope, -1 to 1: positive faces north. */
  readonly northness: Float32Array;
  /** Row of the main valley's axis at every column. */
  readonly axis: Float32Array;
  /** Signed distance to the axis in pixels of the 5 km region; negative is north of the river. */
  readonly across: Float32Array;
}

/** Piecewise linear table through (x, y) points with ascending x. */
export function interpolate(x: number, points: readonly (readonly [number, number])[]): number {
  const first = points[0]!;
  if (x <= first[0]) return first[1];
  for (let i = 1; i < points.length; i++) {
    const [x1, y1] = points[i]!;
    const [x0, y0] = points[i - 1]!;
    if (x <= x1) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }
  return points[points.length - 1]![1];
}

/**
 * An alpine valley from west to east: a flat floor, side valleys cut into the southern flank,
 * fractal ridges, and heights mapped by rank onto a fixed hypsometric curve, so that every seed
 * has the same share of land at every altitude.
 *
 * @param side pixels of 10 m; landforms scale with the side
 */
export function simulateTerrain(random: Random, side: number): Terrain {
  const scale = side / relief.sideOfScale1;
  const shape = random.split("valley");
  const phases = Array.from({ length: 8 }, () => shape.uniform() * 2 * Math.PI);
  const axis = Float32Array.from({ length: side }, (_, column) => {
    const x = column / side;
    return (
      side *
      (relief.axis +
        relief.meander * Math.sin(2 * Math.PI * 0.8 * x + phases[0]!) +
        0.4 * relief.meander * Math.sin(2 * Math.PI * 2.1 * x + phases[1]!))
    );
  });
  const ridges = fractalField(random.split("ridges"), side, 3.8);
  const crags = fractalField(random.split("crags"), side, 3.2);
  const tributaries = relief.tributaries.map((x, k) => ({
    x: side * (x + 0.05 * (shape.uniform() - 0.5)),
    bend: side * 0.03,
    phase: phases[2 + k]!,
  }));
  const count = side * side;
  const across = new Float32Array(count);
  const raw = new Float32Array(count);
  const slopes: number[] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const pixel = row * side + column;
      const signed = (row - axis[column]!) / scale;
      across[pixel] = signed;
      const above = Math.abs(signed) - relief.floorHalfWidth;
      if (above <= 0) {
        raw[pixel] = above / relief.floorHalfWidth;
        continue;
      }
      const ramp = Math.min(1, above / 120);
      // The shorter northern flank is steeper per pixel but ends lower.
      let height =
        above / (signed < 0 ? 150 : 250) + ramp * (0.14 * ridges[pixel]! + 0.03 * crags[pixel]!);
      if (signed > 0) {
        for (const { x, bend, phase } of tributaries) {
          const path = x + bend * Math.sin((row / side) * 9 + phase);
          const distance = Math.abs(column - path) / (scale * (22 + 0.12 * above));
          const depth = Math.max(0, Math.min(1, above / 80, (330 - above) / 140));
          height -= 0.34 * depth * Math.exp(-distance * distance);
        }
      }
      raw[pixel] = height;
      slopes.push(pixel);
    }
  }
  const order = Uint32Array.from(slopes).sort((a, b) => raw[a]! - raw[b]! || a - b);
  const elevation = new Float32Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    // The floor falls gently towards the river and to the east.
    elevation[pixel] = relief.floor + 14 + 6 * raw[pixel]! - (8 * (pixel % side)) / side;
  }
  for (let rank = 0; rank < order.length; rank++) {
    elevation[order[rank]!] = interpolate(rank / order.length, relief.hypsometry);
  }
  const rounded = smooth(elevation, side, 1);
  return { side, scale, axis, across, elevation: rounded, ...gradients(rounded, side, scale) };
}

/** Slope, aspect and northness of the heights; runs are taken at the 5 km region's scale. */
function gradients(elevation: Float32Array, side: number, scale: number) {
  const slope = new Float32Array(elevation.length);
  const aspect = new Float32Array(elevation.length);
  const northness = new Float32Array(elevation.length);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const pixel = row * side + column;
      const west = elevation[pixel - (column > 0 ? 1 : 0)]!;
      const east = elevation[pixel + (column < side - 1 ? 1 : 0)]!;
      const north = elevation[pixel - (row > 0 ? side : 0)]!;
      const south = elevation[pixel + (row < side - 1 ? side : 0)]!;
      const dx = ((east - west) / 20) * scale;
      const dy = ((north - south) / 20) * scale;
      const rise = Math.hypot(dx, dy);
      slope[pixel] = rise;
      aspect[pixel] = Math.atan2(-dx, -dy);
      northness[pixel] = Math.cos(aspect[pixel]!) * Math.min(rise, 1);
    }
  }
  return { slope, aspect, northness };
}
