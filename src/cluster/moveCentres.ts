import { transfer } from "./assignChunk.js";
import { type ClusterState, chunkStart, chunks } from "./clusterState.js";
import { squaredDistance } from "./squaredDistance.js";

/**
 * Puts every centre at the mean of its members and measures how far it moves. An empty cluster takes
 * the point that lies farthest from its centre.
 *
 * @returns sum of the squared movements
 */
export function moveCentres(state: ClusterState): number {
  const { dimensions, centres, moved, othersMoved } = state;
  const clusters = moved.length;
  let movement = 0;
  for (let c = 0; c < clusters; c++) {
    if (members(state, c) === 0) fillEmpty(state, c);
    const count = members(state, c);
    let step = 0;
    for (let d = 0; d < dimensions && count > 0; d++) {
      let sum = 0;
      for (let chunk = 0; chunk < chunks; chunk++) {
        sum += state.sums[(chunk * clusters + c) * dimensions + d]!;
      }
      const e = sum / count - centres[c * dimensions + d]!;
      step += e * e;
      centres[c * dimensions + d] = sum / count;
    }
    moved[c] = Math.sqrt(step);
    movement += step;
  }
  const fastest = moved.indexOf(Math.max(...moved));
  const next = Math.max(0, ...moved.filter((_, c) => c !== fastest));
  othersMoved.fill(moved[fastest]!);
  othersMoved[fastest] = next;
  return movement;
}

function members({ counts, moved }: ClusterState, cluster: number): number {
  let count = 0;
  for (let chunk = 0; chunk < chunks; chunk++) count += counts[chunk * moved.length + cluster]!;
  return count;
}

/** Sorts the other centres of every cluster by their distance. */
export function measureGaps({ centres, dimensions, neighbours, gaps, moved }: ClusterState): void {
  const clusters = moved.length;
  for (let a = 0; a < clusters; a++) {
    const found = Array.from({ length: clusters }, (_, b) => ({
      centre: b,
      gap: distanceBetween(centres, a * dimensions, b * dimensions, dimensions),
    }));
    found.splice(a, 1);
    found.sort((p, q) => p.gap - q.gap || p.centre - q.centre);
    for (const [k, { centre, gap }] of found.entries()) {
      neighbours[a * (clusters - 1) + k] = centre;
      gaps[a * (clusters - 1) + k] = gap;
    }
  }
}

function distanceBetween(centres: Float64Array, a: number, b: number, dimensions: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) sum += (centres[a + d]! - centres[b + d]!) ** 2;
  return Math.sqrt(sum);
}

function fillEmpty(state: ClusterState, empty: number): void {
  const { data, dimensions, centres, assignment, upper, lower } = state;
  const count = Array.from({ length: state.moved.length }, (_, c) => members(state, c));
  let farthest = -1;
  let distance = 0;
  for (let i = 0; i < assignment.length; i++) {
    const own = assignment[i]!;
    if (count[own]! < 2) continue;
    const squared = squaredDistance(data, i * dimensions, centres, own * dimensions, dimensions);
    if (squared > distance) {
      distance = squared;
      farthest = i;
    }
  }
  if (farthest < 0) return;
  let chunk = 0;
  while (chunkStart(state, chunk + 1) <= farthest) chunk++;
  transfer(state, chunk, farthest, assignment[farthest]!, -1);
  transfer(state, chunk, farthest, empty, 1);
  assignment[farthest] = empty;
  if (upper.length === 0) return;
  upper[farthest] = Number.POSITIVE_INFINITY;
  lower[farthest] = 0;
}
