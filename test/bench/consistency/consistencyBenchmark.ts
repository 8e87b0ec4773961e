import { createRandom } from "../../../src/random.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python, writeArray } from "../files.js";

/** Years and classes of the series. */
export const years = 3;
export const classes = 11;

/**
 * Hidden Markov models over 3 million pixels of 3 years and 11 classes, and the error matrices of two
 * maps of 30 million pixels with intervals over 900 blocks.
 */
export const consistencyBenchmark: Benchmark = {
  name: "consistency",
  async writeData(folder, size) {
    const pixels = size === "full" ? 3_000_000 : 60_000;
    await writeArray(folder, "percent.u8", probabilities(pixels));
    const random = createRandom(3);
    const maps = new Uint8Array(size === "full" ? 60_000_000 : 600_000);
    const half = maps.length / 2;
    for (let pixel = 0; pixel < half; pixel++) {
      const k = 1 + random.integer(classes);
      maps[pixel] = k;
      maps[half + pixel] = random.uniform() < 0.8 ? k : 1 + random.integer(classes);
    }
    await writeArray(folder, "maps.u8", maps);
  },
  programs: [
    { name: "phenocover", command: ours("consistency/runConsistency.js", "--workers=2") },
    { name: "NumPy", command: python("bench", "consistency.py"), python: "numpy" },
    { name: "phenocover, 1 worker", command: ours("consistency/runConsistency.js", "--workers=1") },
  ],
};

/** Per cent [year][class][pixel]: a likely class, a second one and a rest. */
function probabilities(pixels: number): Uint8Array {
  const random = createRandom(5);
  const out = new Uint8Array(years * classes * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const usual = random.integer(classes);
    for (let y = 0; y < years; y++) {
      const first = random.uniform() < 0.85 ? usual : random.integer(classes);
      const second = (first + 1 + random.integer(classes - 1)) % classes;
      const share = 40 + random.integer(60);
      out[(y * classes + first) * pixels + pixel] = share;
      out[(y * classes + second) * pixels + pixel] = 100 - share;
    }
  }
  return out;
}
