import type { Random } from "../random.js";

/**
 * Mean silhouette width (Rousseeuw 1987) over a random sample of the points, -1 to 1; NaN when the
 * sample holds fewer than two clusters. A point alone in its cluster counts 0.
 *
 * @param data points [n][dimensions]
 * @param assignment cluster of each point [n]
 * @param sample points looked at, default 1 000
 */
export function silhouette(
  data: Float32Array,
  dimensions: number,
  assignment: ArrayLike<number>,
  random: Random,
  sample = 1_000,
): number {
  const order = random.shuffle(Uint32Array.from({ length: assignment.length }, (_, i) => i));
  const chosen = order.subarray(0, sample);
  let clusters = 0;
  for (const i of chosen) clusters = Math.max(clusters, assignment[i]! + 1);
  const counts = new Float64Array(clusters);
  for (const i of chosen) counts[assignment[i]!]!++;
  if (counts.filter((count) => count > 0).length < 2) return Number.NaN;

  const gaps = distancesBetween(data, dimensions, chosen);
  const sums = new Float64Array(clusters);
  let total = 0;
  for (const [row, i] of chosen.entries()) {
    sums.fill(0);
    for (let k = 0; k < chosen.length; k++) {
      sums[assignment[chosen[k]!]!]! += gaps[row * chosen.length + k]!;
    }
    const own = assignment[i]!;
    if (counts[own]! < 2) continue;
    const inside = sums[own]! / (counts[own]! - 1);
    let outside = Number.POSITIVE_INFINITY;
    for (let c = 0; c < clusters; c++) {
      if (c !== own && counts[c]! > 0) outside = Math.min(outside, sums[c]! / counts[c]!);
    }
    const widest = Math.max(inside, outside);
    if (widest > 0) total += (outside - inside) / widest;
  }
  return total / chosen.length;
}

/** Distances between some points, each computed once [n][n]. */
function distancesBetween(
  data: Float32Array,
  dimensions: number,
  points: Uint32Array,
): Float64Array {
  const count = points.length;
  const gaps = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const p = points[a]! * dimensions;
    for (let b = 0; b < a; b++) {
      const q = points[b]! * dimensions;
      let squared = 0;
      for (let d = 0; d < dimensions; d++) {
        const e = data[p + d]! - data[q + d]!;
        squared += e * e;
      }
      const gap = Math.sqrt(squared);
      gaps[a * count + b] = gap;
      gaps[b * count + a] = gap;
    }
  }
  return gaps;
}
