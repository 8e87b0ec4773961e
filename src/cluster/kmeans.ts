import { UsageError } from "../errors.js";
import type { Random } from "../random.js";
import { hamerly, type Iteration } from "./hamerly.js";
import { plusPlusStart } from "./start.js";

/** Settings of {@link kmeans}. */
export interface KMeansOptions {
  /** Number of clusters, 1 to the number of points. */
  readonly clusters: number;
  readonly random: Random;
  /** Independent starts, of which the one with the lowest inertia is kept; default 5. */
  readonly restarts?: number;
  /** Default 100. */
  readonly maxIterations?: number;
  /** A run ends when the centres move less than this share of the mean variance; default 1e-4. */
  readonly tolerance?: number;
}

/** Clusters of n points. */
export interface KMeansResult {
  /** [clusters][dimensions] */
  readonly centres: Float64Array;
  /** Cluster of each point [n]. */
  readonly assignment: Uint16Array;
  /** Distance of each point to its centre [n]. */
  readonly distance: Float32Array;
  /** Sum of the squared distances. */
  readonly inertia: number;
  /** Iterations of the run that was kept. */
  readonly iterations: number;
  readonly converged: boolean;
}

/** One iteration of one start. */
export interface KMeansStep extends Iteration {
  /** Start it belongs to, from 0; the last one, numbered `restarts`, is over all points. */
  readonly start: number;
}

/** Starts are compared on this many points; the best is then run over all of them. */
const comparedPoints = 5_000;

/**
 * K-means on flat data: k-means++ starts, exact iterations, the best of several starts.
 *
 * @param data points [n][dimensions], all finite
 * @param dimensions coordinates of a point
 * @throws UsageError when the number of clusters does not fit the points
 */
export function kmeans(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): KMeansResult {
  const steps = kmeansSteps(data, dimensions, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** {@link kmeans} as a generator: yields every iteration, returns the result. */
export function* kmeansSteps(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): Generator<KMeansStep, KMeansResult> {
  const { clusters, random, restarts = 5, maxIterations = 100, tolerance = 1e-4 } = options;
  const points = data.length / dimensions;
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > points) {
    throw new UsageError("clusters", `${clusters} is not in 1..${points} (number of points)`);
  }
  const compared = points > comparedPoints ? strided(data, dimensions, comparedPoints) : data;
  const stop = tolerance * meanVariance(data, dimensions);
  let best: KMeansResult | undefined;
  for (let start = 0; start < Math.max(1, restarts); start++) {
    const centres = plusPlusStart(compared, dimensions, clusters, random.split(`start ${start}`));
    const end = yield* run(compared, dimensions, centres, maxIterations, stop, start);
    if (!best || end.inertia < best.inertia) best = end;
  }
  if (compared === data) return best!;
  return yield* run(data, dimensions, best!.centres, maxIterations, stop, restarts);
}

function* run(
  data: Float32Array,
  dimensions: number,
  centres: Float64Array,
  maxIterations: number,
  stop: number,
  start: number,
): Generator<KMeansStep, KMeansResult> {
  const steps = hamerly(data, dimensions, centres, maxIterations, stop);
  let step = steps.next();
  while (!step.done) {
    yield { ...step.value, start };
    step = steps.next();
  }
  return { centres, ...assignClusters(data, dimensions, centres), ...step.value };
}

/**
 * Nearest centre of each point.
 *
 * @param data points [n][dimensions]
 * @param centres [clusters][dimensions]
 */
export function assignClusters(
  data: Float32Array,
  dimensions: number,
  centres: Float64Array,
): Pick<KMeansResult, "assignment" | "distance" | "inertia"> {
  const points = data.length / dimensions;
  const assignment = new Uint16Array(points);
  const distance = new Float32Array(points);
  let inertia = 0;
  for (let i = 0, o = 0; i < points; i++, o += dimensions) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let c = 0, q = 0; q < centres.length; c++, q += dimensions) {
      let sum = 0;
      for (let d = 0; d < dimensions && sum < nearest; d++) {
        const e = data[o + d]! - centres[q + d]!;
        sum += e * e;
      }
      if (sum < nearest) {
        nearest = sum;
        assignment[i] = c;
      }
    }
    distance[i] = Math.sqrt(nearest);
    inertia += nearest;
  }
  return { assignment, distance, inertia };
}

/** `count` points at even steps through the data. */
function strided(data: Float32Array, dimensions: number, count: number): Float32Array {
  const points = data.length / dimensions;
  const out = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    const o = Math.floor((i * points) / count) * dimensions;
    out.set(data.subarray(o, o + dimensions), i * dimensions);
  }
  return out;
}

function meanVariance(data: Float32Array, dimensions: number): number {
  const points = data.length / dimensions;
  let total = 0;
  for (let d = 0; d < dimensions; d++) {
    let sum = 0;
    let squares = 0;
    for (let o = d; o < data.length; o += dimensions) {
      sum += data[o]!;
      squares += data[o]! * data[o]!;
    }
    total += squares / points - (sum / points) ** 2;
  }
  return total / dimensions;
}
