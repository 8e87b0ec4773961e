import type { Benchmark } from "../benchmark.js";
import { ours, python, writeArray } from "../files.js";
import { seriesData } from "./seriesData.js";

/** 100 trees grown to the end on 24 000 series, votes on 50 000 others. */
export const forestBenchmark: Benchmark = {
  name: "forest",
  async writeData(folder, size) {
    const known = seriesData(size === "full" ? 24_000 : 600, 0.05, 1);
    const unseen = seriesData(size === "full" ? 50_000 : 10_000, 0, 2);
    await writeArray(folder, "train.f32", known.values);
    await writeArray(folder, "train.u8", known.labels);
    await writeArray(folder, "test.f32", unseen.values);
    await writeArray(folder, "test.u8", unseen.labels);
  },
  programs: [
    { name: "phenocover", command: ours("forest/runForest.js", "--workers=2") },
    { name: "scikit-learn", command: python("bench", "forest.py"), python: "sklearn" },
    { name: "phenocover, 1 worker", command: ours("forest/runForest.js", "--workers=1") },
  ],
  asked: [
    { what: "forest training", peer: "scikit-learn", ratio: 3.8 },
    { what: "forest prediction", peer: "scikit-learn", ratio: 1 },
    { what: "forest training", peer: "phenocover, 1 worker", ratio: 1.8 },
    { what: "forest prediction", peer: "phenocover, 1 worker", ratio: 1.8 },
  ],
};

/**
 * The accuracy of five such forests of different seeds: one seed moves it by more than the programs
 * differ.
 */
export const forestSeedsBenchmark: Benchmark = {
  name: "forest-seeds",
  writeData: forestBenchmark.writeData,
  rounds: 1,
  programs: [
    { name: "phenocover", command: ours("forest/runForest.js", "--workers=2", "--seeds") },
    { name: "scikit-learn", command: python("bench", "forest.py", "--seeds"), python: "sklearn" },
  ],
};
