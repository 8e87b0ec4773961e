import { parseArgs } from "node:util";
import { kmeans } from "../../../src/cluster/kmeans.js";
import { createRandom } from "../../../src/random.js";
import { readFloats } from "../files.js";
import { measure } from "../measure.js";
import { clusters, dimensions, iterations } from "./kmeansBenchmark.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: "string", default: "1" } },
});
const folder = positionals[0]!;

const start = await readFloats(folder, "start.f32");
const points = await readFloats(folder, "points.f32");
await measure(
  "K-means",
  () =>
    kmeans(points, dimensions, {
      clusters,
      random: createRandom(1),
      start,
      maxIterations: iterations,
      tolerance: 0,
      workers: Number(options.workers),
    }),
  ({ inertia, iterations: done }) => ({ inertia, iterations: done }),
);
