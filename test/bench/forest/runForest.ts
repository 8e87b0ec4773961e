import { parseArgs } from "node:util";
import type { Forest } from "../../../src/forest/forest.js";
import { predictForest } from "../../../src/forest/predict.js";
import { trainForest } from "../../../src/forest/trainForest.js";
import { createRandom } from "../../../src/random.js";
import { readBytes, readFloats } from "../files.js";
import { measure } from "../measure.js";
import { bands, classes, dates } from "./seriesData.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: "string", default: "1" }, seeds: { type: "boolean" } },
});
const folder = positionals[0]!;
const workers = Number(options.workers);

const values = await readFloats(folder, "train.f32");
const labels = await readBytes(folder, "train.u8");
const asked = await readFloats(folder, "test.f32");
const expected = await readBytes(folder, "test.u8");

const train = (seed: number) =>
  trainForest(values, dates * bands, labels, {
    classes,
    random: createRandom(seed),
    minLeaf: 1,
    bootstrap: "plain",
    workers,
  });
const predict = (forest: Forest) => predictForest(forest, asked, { workers });
const accuracy = (shares: Float32Array): number => {
  const right = expected.reduce((count, label, row) => {
    const own = shares.subarray(row * classes, (row + 1) * classes);
    return count + (own.indexOf(Math.max(...own)) === label ? 1 : 0);
  }, 0);
  return right / expected.length;
};

if (options.seeds) {
  await measure(
    "forests of 5 seeds",
    async () => {
      const found: number[] = [];
      for (let seed = 1; seed <= 5; seed++) {
        found.push(accuracy(await predict((await train(seed)).forest)));
      }
      return found;
    },
    meanOfFive,
  );
} else {
  const { forest } = await measure("forest training", () => train(1));
  await measure(
    "forest prediction",
    () => predict(forest),
    (shares) => ({ accuracy: accuracy(shares) }),
  );
}

/** Mean of five values and half its 95 % interval by Student's t with 4 degrees of freedom. */
function meanOfFive(found: readonly number[]): Record<string, number> {
  const mean = found.reduce((a, b) => a + b) / 5;
  const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { accuracy: mean, "plus or minus": 2.776 * Math.sqrt(squares / 4 / 5) };
}
