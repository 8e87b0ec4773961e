import { type ClusterState, chunkStart, mostClusters } from "./clusterState.js";
import { squaredDistance } from "./squaredDistance.js";

/**
 * Puts every point of a chunk to its nearest centre and keeps the chunk's sums up to date. The
 * bounds of Hamerly (2010) spare most points, the distances between centres (after Newling and
 * Fleuret 2016) some centres of the others; neither changes the outcome. Most of the time goes into
 * distances in the first ten iterations.
 */
export function assignChunk(state: ClusterState, chunk: number): void {
  const { data, dimensions, centres, assignment, upper, lower, moved, othersMoved } = state;
  const { neighbours, gaps, changed } = state;
  const clusters = moved.length;
  const others = clusters - 1;
  const last = chunkStart(state, chunk + 1);
  let changes = 0;
  for (let i = chunkStart(state, chunk); i < last; i++) {
    const own = assignment[i]!;
    const known = own <= mostClusters;
    let high = Number.POSITIVE_INFINITY;
    let first = Number.POSITIVE_INFINITY;
    if (known) {
      high = upper[i]! + moved[own]!;
      const low = lower[i]! - othersMoved[own]!;
      const half = others > 0 ? gaps[own * others]! / 2 : Number.POSITIVE_INFINITY;
      const bound = low > half ? low : half;
      if (high > bound) {
        first = squaredDistance(data, i * dimensions, centres, own * dimensions, dimensions);
        high = Math.sqrt(first);
      }
      if (high <= bound) {
        upper[i] = high;
        lower[i] = low;
        continue;
      }
    }
    const point = i * dimensions;
    let second = Number.POSITIVE_INFINITY;
    let nearest = own;
    if (known) {
      // A centre farther from the own one than this is not among the two nearest.
      let radius = Number.POSITIVE_INFINITY;
      for (let k = own * others; k < (own + 1) * others && gaps[k]! <= radius; k++) {
        const at = neighbours[k]! * dimensions;
        const distance = squaredDistance(data, point, centres, at, dimensions, second);
        if (distance >= second) continue;
        if (distance < first) {
          second = first;
          first = distance;
          nearest = neighbours[k]!;
        } else second = distance;
        radius = (high + Math.sqrt(second)) * (1 + 1e-12);
      }
    } else {
      for (let centre = 0; centre < clusters; centre++) {
        const at = centre * dimensions;
        const distance = squaredDistance(data, point, centres, at, dimensions, second);
        if (distance < first) {
          second = first;
          first = distance;
          nearest = centre;
        } else if (distance < second) second = distance;
      }
    }
    upper[i] = Math.sqrt(first);
    lower[i] = Math.sqrt(second);
    if (nearest === own) continue;
    changes++;
    assignment[i] = nearest;
    if (known) transfer(state, chunk, i, own, -1);
    transfer(state, chunk, i, nearest, 1);
  }
  changed[chunk] = changes;
}

/** Adds a point's coordinates to (sign 1) or takes them off (sign -1) a cluster's sums in a chunk. */
export function transfer(
  { data, dimensions, moved, sums, counts }: ClusterState,
  chunk: number,
  point: number,
  cluster: number,
  sign: number,
): void {
  const cell = chunk * moved.length + cluster;
  const from = point * dimensions;
  const to = cell * dimensions;
  for (let d = 0; d < dimensions; d++) sums[to + d] = sums[to + d]! + sign * data[from + d]!;
  counts[cell] = counts[cell]! + sign;
}

/** Puts the points of a chunk to the centres where they came to rest, with distances and inertia. */
export function finishChunk(state: ClusterState, chunk: number): void {
  assignChunk(state, chunk);
  const { data, dimensions, centres, assignment, distance, inertia } = state;
  const last = chunkStart(state, chunk + 1);
  let sum = 0;
  for (let i = chunkStart(state, chunk); i < last; i++) {
    const centre = assignment[i]! * dimensions;
    const squared = squaredDistance(data, i * dimensions, centres, centre, dimensions);
    distance[i] = Math.sqrt(squared);
    sum += squared;
  }
  inertia[chunk] = sum;
}
