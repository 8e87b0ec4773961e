import { DataError, UsageError } from "../errors.js";
import type { Random } from "../random.js";
import { mostClusters } from "./clusterState.js";
import { type Iteration, lloyd, type Settled } from "./lloyd.js";
import { miniBatch } from "./miniBatch.js";
import { plusPlusStart } from "./start.js";

/** Settings of {@link kmeans}. */
export interface KMeansOptions {
  /** Number of clusters, 1 to the number of points. */
  readonly clusters: number;
  readonly random: Random;
  /** Centres to start from [clusters][dimensions]; by default the best of several starts. */
  readonly start?: ArrayLike<number>;
  /** Independent starts, of which the one with the lowest inertia is kept; default 5. */
  readonly restarts?: number;
  /** Default 100. */
  readonly maxIterations?: number;
  /** A run ends when the centres move less than this share of the mean variance; default 1e-4. */
  readonly tolerance?: number;
  /**
   * Points of a step of mini-batch K-means, for large pools: some per cent more inertia in a
   * fraction of the time. By default every iteration is over all points.
   */
  readonly batch?: number;
  /** `ml-kmeans` is the package of that name, for comparisons on small data; default `own`. */
  readonly engine?: "own" | "ml-kmeans";
  /** Threads; the result is the same for any number. Default 1. */
  readonly workers?: number;
  /** Names of the coordinates, for messages. */
  readonly featureNames?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Clusters of n points; `iterations` are those of the run that was kept. */
export type KMeansResult = Settled;

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
 * @param data points [n][dimensions]
 * @param dimensions coordinates of a point
 * @throws UsageError when the number of clusters does not fit the points
 * @throws DataError when a coordinate is not finite
 */
export async function kmeans(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): Promise<KMeansResult> {
  const steps = kmeansSteps(data, dimensions, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** {@link kmeans} as a generator: yields every iteration, returns the result. */
export async function* kmeansSteps(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): AsyncGenerator<KMeansStep, KMeansResult> {
  const { random, restarts = 5, maxIterations = 100, tolerance = 1e-4, workers = 1 } = options;
  checkPoints(data, dimensions, options);
  if (options.engine === "ml-kmeans") {
    const { kmeansReference } = await import("./reference.js");
    return kmeansReference(data, dimensions, options);
  }
  const points = data.length / dimensions;
  const stopMovement = tolerance > 0 ? tolerance * meanVariance(data, dimensions) : 0;
  const limits = { maxIterations, stopMovement, ...(options.signal && { signal: options.signal }) };
  const numbered = async function* (
    start: number,
    steps: AsyncGenerator<Iteration, Settled>,
  ): AsyncGenerator<KMeansStep, Settled> {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      yield { ...step.value, start };
    }
  };

  let best: Settled | undefined;
  const compared = points > comparedPoints ? strided(data, dimensions, comparedPoints) : data;
  for (let s = 0; s < Math.max(1, restarts) && !options.start; s++) {
    const start = plusPlusStart(compared, dimensions, options.clusters, random.split(`start ${s}`));
    const steps = lloyd(compared, dimensions, start, { ...limits, workers: 1 });
    const end = yield* numbered(s, steps);
    if (!best || end.inertia < best.inertia) best = end;
  }
  if (best && compared === data) return best;
  const centres = best?.centres ?? Float64Array.from(options.start!);
  const all = { ...limits, workers };
  const { batch } = options;
  const steps =
    batch === undefined
      ? lloyd(data, dimensions, centres, all)
      : miniBatch(data, dimensions, centres, { ...all, batch, random: random.split("batches") });
  return yield* numbered(options.start ? 0 : restarts, steps);
}

function checkPoints(
  data: Float32Array,
  dimensions: number,
  { clusters, start, featureNames }: KMeansOptions,
): void {
  const points = data.length / dimensions;
  if (!Number.isInteger(points)) {
    throw new UsageError("data", `${data.length} numbers are no whole points of ${dimensions}`);
  }
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > Math.min(points, mostClusters)) {
    const most = points > mostClusters ? `${mostClusters}` : `${points} (number of points)`;
    throw new UsageError("clusters", `${clusters} is not in 1..${most}`);
  }
  if (start && start.length !== clusters * dimensions) {
    throw new UsageError(
      "start",
      `${start.length} numbers, expected ${clusters} centres of ${dimensions}`,
    );
  }
  if (!allFinite(data)) {
    const odd = data.findIndex((value) => !Number.isFinite(value));
    const name = featureNames?.[odd % dimensions] ?? `feature ${odd % dimensions}`;
    const row = Math.floor(odd / dimensions);
    throw new DataError(name, `${data[odd]} in row ${row}, expected a finite number`);
  }
}

/** One sum tells it: no sum of single-precision numbers is too large for a double. */
function allFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return Number.isFinite(sum);
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
