/**
 * Squared distance between a point and a centre, or a number not below `limit` once it is clear that
 * it is no smaller. Eight coordinates a turn, because a branch for each would cost more than they
 * do; one array type only, so that the compiler keeps the loop free of type checks.
 */
export function squaredDistance(
  data: Float32Array,
  point: number,
  centres: Float64Array,
  centre: number,
  dimensions: number,
  limit = Number.POSITIVE_INFINITY,
): number {
  let sum = 0;
  let d = 0;
  for (; d + 8 <= dimensions && sum < limit; d += 8) {
    const p = point + d;
    const c = centre + d;
    const e0 = data[p]! - centres[c]!;
    const e1 = data[p + 1]! - centres[c + 1]!;
    const e2 = data[p + 2]! - centres[c + 2]!;
    const e3 = data[p + 3]! - centres[c + 3]!;
    const e4 = data[p + 4]! - centres[c + 4]!;
    const e5 = data[p + 5]! - centres[c + 5]!;
    const e6 = data[p + 6]! - centres[c + 6]!;
    const e7 = data[p + 7]! - centres[c + 7]!;
    sum += e0 * e0 + e1 * e1 + (e2 * e2 + e3 * e3) + (e4 * e4 + e5 * e5 + (e6 * e6 + e7 * e7));
  }
  for (; d < dimensions && sum < limit; d++) {
    const e = data[point + d]! - centres[centre + d]!;
    sum += e * e;
  }
  return sum;
}
