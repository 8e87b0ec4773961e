import { parseArgs } from "node:util";
import { predictForest } from "../../../src/forest/predict.js";
import { trainForest } from "../../../src/forest/trainForest.js";
import { createRandom } from "../../../src/random.js";
import { readBytes, readFloats } from "../files.js";
import { measure } from "../measure.js";
import { bands, classes, dates } from "./seriesData.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: "string", default: "1" } },
});
const folder = positionals[0]!;
const workers = Number(options.workers);

const values = await readFloats(folder, "train.f32");
const labels = await readBytes(folder, "train.u8");
const { forest } = await measure("forest training", () =>
  trainForest(values, dates * bands, labels, {
    classes,
    random: createRandom(1),
    minLeaf: 1,
    bootstrap: "plain",
    workers,
  }),
);

const asked = await readFloats(folder, "test.f32");
const expected = await readBytes(folder, "test.u8");
await measure(
  "forest prediction",
  () => predictForest(forest, asked, { workers }),
  (shares) => {
    const right = expected.reduce((count, label, row) => {
      const own = shares.subarray(row * classes, (row + 1) * classes);
      return count + (own.indexOf(Math.max(...own)) === label ? 1 : 0);
    }, 0);
    return { accuracy: right / expected.length };
  },
);
