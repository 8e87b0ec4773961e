/** Squared distance between a point and a centre; four coordinates a turn, summed in pairs. */
export function squaredDistance(
  data: Float32Array | Float64Array,
  point: number,
  centres: Float64Array,
  centre: number,
  dimensions: number,
): number {
  const fours = dimensions & ~3;
  let sum = 0;
  let d = 0;
  for (; d < fours; d += 4) {
    const e0 = data[point + d]! - centres[centre + d]!;
    const e1 = data[point + d + 1]! - centres[centre + d + 1]!;
    const e2 = data[point + d + 2]! - centres[centre + d + 2]!;
    const e3 = data[point + d + 3]! - centres[centre + d + 3]!;
    sum += e0 * e0 + e1 * e1 + (e2 * e2 + e3 * e3);
  }
  for (; d < dimensions; d++) {
    const e = data[point + d]! - centres[centre + d]!;
    sum += e * e;
  }
  return sum;
}
