import { plusPlusStart } from "../../../src/cluster/start.js";
import { createRandom } from "../../../src/random.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python, writeArray } from "../files.js";

export const dimensions = 8;
export const clusters = 30;
/** Iterations of every program, at most. */
export const iterations = 40;

/** A million points of eight coordinates around 60 overlapping centres, k = 30. */
export const kmeansBenchmark: Benchmark = {
  name: "kmeans",
  async writeData(folder, size) {
    const random = createRandom(3);
    const points = size === "full" ? 1_000_000 : 20_000;
    const groups = Array.from({ length: 60 * dimensions }, () => 4 * random.normal());
    const data = new Float32Array(points * dimensions);
    for (let i = 0; i < points; i++) {
      const group = random.integer(60) * dimensions;
      for (let d = 0; d < dimensions; d++) {
        data[i * dimensions + d] = groups[group + d]! + 1.5 * random.normal();
      }
    }
    const start = plusPlusStart(data, dimensions, clusters, random.split("start"));
    await writeArray(folder, "points.f32", data);
    await writeArray(folder, "start.f32", Float32Array.from(start));
  },
  programs: [
    { name: "phenocover", command: ours("kmeans/runKmeans.js", "--workers=2") },
    { name: "scikit-learn", command: python("bench", "kmeans.py"), python: "sklearn" },
    { name: "phenocover, 1 worker", command: ours("kmeans/runKmeans.js", "--workers=1") },
  ],
  asked: [
    { what: "K-means", peer: "scikit-learn", ratio: 1.5 },
    { what: "K-means", peer: "phenocover, 1 worker", ratio: 1.8 },
  ],
};
