import { kmeans as mlKMeans } from "ml-kmeans";
import { UsageError } from "../errors.js";
import { assignClusters, type KMeansOptions, type KMeansResult } from "./kmeans.js";

/**
 * The same clustering by the package ml-kmeans: for comparisons and small data, since it copies
 * the points into nested arrays (35 s and 1 GB for a million points of eight coordinates).
 *
 * @param data points [n][dimensions], all finite
 */
export function kmeansReference(
  data: Float32Array,
  dimensions: number,
  options: KMeansOptions,
): KMeansResult {
  const { clusters, random, restarts = 5, maxIterations = 100, tolerance = 1e-4 } = options;
  const points = data.length / dimensions;
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > points) {
    throw new UsageError("clusters", `${clusters} is not in 1..${points} (number of points)`);
  }
  const rows = Array.from({ length: points }, (_, i) =>
    Array.from(data.subarray(i * dimensions, (i + 1) * dimensions)),
  );
  let best: KMeansResult | undefined;
  for (let start = 0; start < Math.max(1, restarts); start++) {
    const seed = random.split(`start ${start}`).integer(2 ** 31);
    const run = mlKMeans(rows, clusters, { seed, maxIterations, tolerance });
    const centres = Float64Array.from(run.centroids.flat());
    const { iterations, converged } = run;
    const end = { centres, ...assignClusters(data, dimensions, centres), iterations, converged };
    if (!best || end.inertia < best.inertia) best = end;
  }
  return best!;
}
