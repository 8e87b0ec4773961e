import { kmeans as mlKMeans } from "ml-kmeans";
import { UsageError } from "../errors.js";
import type { KMeansOptions, KMeansResult } from "./kmeans.js";
import { lloyd, type Settled } from "./lloyd.js";

/** Numbers that the package is given, at most: it copies them into nested arrays. */
const mostNumbers = 2_000_000;

/**
 * The clustering by the package ml-kmeans: for comparisons and small data (35 s and 1 GB for a
 * million points of eight coordinates).
 *
 * @param data points [n][dimensions], all finite
 * @throws UsageError when there are too many points
 */
export async function kmeansReference(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): Promise<KMeansResult> {
  const { clusters, random, restarts = 5, maxIterations = 100, tolerance = 1e-4 } = options;
  if (data.length > mostNumbers) {
    throw new UsageError(
      "engine",
      `ml-kmeans is for up to ${mostNumbers} numbers, found ${data.length}`,
    );
  }
  const nested = (values: Float32Array, length: number) =>
    Array.from({ length: values.length / length }, (_, i) =>
      Array.from(values.subarray(i * length, (i + 1) * length)),
    );
  const rows = nested(data, dimensions);
  const { start } = options;
  const initialization = start && nested(Float32Array.from(start), dimensions);
  let best: Settled | undefined;
  for (let s = 0; s < (start ? 1 : Math.max(1, restarts)); s++) {
    const seed = random.split(`start ${s}`).integer(2 ** 31);
    const run = mlKMeans(rows, clusters, {
      seed,
      maxIterations,
      tolerance,
      ...(initialization ? { initialization } : {}),
    });
    const centres = Float64Array.from(run.centroids.flat());
    const none = { maxIterations: 0, stopMovement: 0, workers: 1 };
    const end = await lloyd(data, dimensions, centres, none).next();
    if (!end.done) throw new RangeError("no iteration was asked for");
    const { iterations, converged } = run;
    if (!best || end.value.inertia < best.inertia) best = { ...end.value, iterations, converged };
  }
  return best!;
}
