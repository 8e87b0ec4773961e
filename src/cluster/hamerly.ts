/** State of an exact K-means run between two iterations. */
export interface Iteration {
  /** Iterations done, from 1. */
  readonly iteration: number;
  /** Points that changed their cluster in it. */
  readonly changed: number;
  /** Sum of the squared movements of all centres. */
  readonly movement: number;
}

/**
 * Lloyd's iterations, with the distance bounds of Hamerly (2010) that skip most distances and
 * change nothing in the result. `centres` [k][dimensions] is moved in place. An empty cluster
 * takes the point that lies farthest from its centre.
 */
export function* hamerly(
  data: Float32Array,
  dimensions: number,
  centres: Float64Array,
  maxIterations: number,
  stopMovement: number,
): Generator<Iteration, { iterations: number; converged: boolean }> {
  const points = data.length / dimensions;
  const k = centres.length / dimensions;
  const assignment = new Int32Array(points).fill(-1);
  // Distance to the own centre is at most `upper`, to every other centre at least `lower`.
  const upper = new Float64Array(points).fill(Number.POSITIVE_INFINITY);
  const lower = new Float64Array(points);
  const sums = new Float64Array(centres.length);
  const counts = new Float64Array(k);
  const moved = new Float64Array(k);
  const halfGap = new Float64Array(k);

  /** Squared distance, or a number not below `limit` once it is clear that it is no smaller. */
  const squared = (point: number, centre: number, limit: number): number => {
    const o = point * dimensions;
    const c = centre * dimensions;
    let sum = 0;
    for (let d = 0; d < dimensions && sum < limit; d++) {
      const e = data[o + d]! - centres[c + d]!;
      sum += e * e;
    }
    return sum;
  };

  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    measureHalfGaps(centres, dimensions, halfGap);
    let changed = 0;
    for (let i = 0; i < points; i++) {
      const own = assignment[i]!;
      if (own >= 0) {
        const bound = Math.max(halfGap[own]!, lower[i]!);
        if (upper[i]! <= bound) continue;
        upper[i] = Math.sqrt(squared(i, own, Number.POSITIVE_INFINITY));
        if (upper[i]! <= bound) continue;
      }
      let first = Number.POSITIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      let nearest = 0;
      for (let c = 0; c < k; c++) {
        const distance = squared(i, c, second);
        if (distance < first) {
          second = first;
          first = distance;
          nearest = c;
        } else if (distance < second) second = distance;
      }
      upper[i] = Math.sqrt(first);
      lower[i] = Math.sqrt(second);
      if (nearest === own) continue;
      changed++;
      assignment[i] = nearest;
      if (own >= 0) transfer(data, dimensions, i, own, -1, sums, counts);
      transfer(data, dimensions, i, nearest, 1, sums, counts);
    }

    let movement = 0;
    for (let c = 0; c < k; c++) {
      if (counts[c] === 0) fillEmpty(c);
      const step = moveCentre(c, dimensions, centres, sums, counts[c]!);
      moved[c] = Math.sqrt(step);
      movement += step;
    }
    loosenBounds(assignment, upper, lower, moved);
    yield { iteration, changed, movement };
    if (changed === 0 || movement <= stopMovement)
      return { iterations: iteration, converged: true };
  }
  return { iterations: maxIterations, converged: false };

  function fillEmpty(empty: number): void {
    let farthest = -1;
    let distance = 0;
    for (let i = 0; i < points; i++) {
      if (counts[assignment[i]!]! < 2) continue;
      const own = squared(i, assignment[i]!, Number.POSITIVE_INFINITY);
      if (own > distance) {
        distance = own;
        farthest = i;
      }
    }
    if (farthest < 0) return;
    transfer(data, dimensions, farthest, assignment[farthest]!, -1, sums, counts);
    transfer(data, dimensions, farthest, empty, 1, sums, counts);
    assignment[farthest] = empty;
    upper[farthest] = Number.POSITIVE_INFINITY;
    lower[farthest] = 0;
  }
}

/** Half the distance from each centre to its nearest other centre. */
function measureHalfGaps(centres: Float64Array, dimensions: number, halfGap: Float64Array): void {
  const k = halfGap.length;
  halfGap.fill(Number.POSITIVE_INFINITY);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++) {
        const e = centres[a * dimensions + d]! - centres[b * dimensions + d]!;
        sum += e * e;
      }
      const half = Math.sqrt(sum) / 2;
      if (half < halfGap[a]!) halfGap[a] = half;
      if (half < halfGap[b]!) halfGap[b] = half;
    }
  }
}

/** Adds (sign 1) or removes (sign -1) a point's coordinates to or from a cluster's sums. */
function transfer(
  data: Float32Array,
  dimensions: number,
  point: number,
  cluster: number,
  sign: number,
  sums: Float64Array,
  counts: Float64Array,
): void {
  const o = point * dimensions;
  const c = cluster * dimensions;
  for (let d = 0; d < dimensions; d++) sums[c + d] = sums[c + d]! + sign * data[o + d]!;
  counts[cluster] = counts[cluster]! + sign;
}

/** Puts a centre at the mean of its members; returns the squared distance it moved. */
function moveCentre(
  cluster: number,
  dimensions: number,
  centres: Float64Array,
  sums: Float64Array,
  count: number,
): number {
  if (count === 0) return 0;
  let step = 0;
  for (let d = cluster * dimensions; d < (cluster + 1) * dimensions; d++) {
    const mean = sums[d]! / count;
    const e = mean - centres[d]!;
    step += e * e;
    centres[d] = mean;
  }
  return step;
}

/** Widens both bounds of every point by what the centres moved. */
function loosenBounds(
  assignment: Int32Array,
  upper: Float64Array,
  lower: Float64Array,
  moved: Float64Array,
): void {
  let fastest = 0;
  let most = 0;
  let next = 0;
  for (let c = 0; c < moved.length; c++) {
    const step = moved[c]!;
    if (step > most) {
      next = most;
      most = step;
      fastest = c;
    } else if (step > next) next = step;
  }
  for (let i = 0; i < assignment.length; i++) {
    const own = assignment[i]!;
    upper[i] = upper[i]! + moved[own]!;
    lower[i] = lower[i]! - (own === fastest ? next : most);
  }
}
