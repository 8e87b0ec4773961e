import { parseArgs } from "node:util";
import { agreementRows } from "../../../src/assess/agreementTables.js";
import { scoredPixels } from "../../../src/assess/blockCounts.js";
import { blockDraws } from "../../../src/assess/bootstrap.js";
import { defaultClasses } from "../../../src/manifest/defaultClasses.js";
import { runTasks } from "../../../src/parallel/tasks.js";
import { gridFromBounds } from "../../../src/raster/grid.js";
import { readBytes } from "../files.js";
import { measure } from "../measure.js";
import type { BlockContext, BlockTask } from "./blockTask.js";
import { classes, years } from "./consistencyBenchmark.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { workers: { type: "string", default: "1" } },
});
const folder = positionals[0]!;
const workers = Number(options.workers);

const bytes = await readBytes(folder, "percent.u8");
const percent = new Uint8Array(new SharedArrayBuffer(bytes.length));
percent.set(bytes);
const pixels = percent.length / (years * classes);
const step = 100_000;
for (const model of ["grouped", "plain"] as const) {
  const tasks = Array.from({ length: Math.ceil(pixels / step) }, (_, block): BlockTask => {
    const first = block * step;
    return { model, first, last: Math.min(pixels, first + step) };
  });
  await measure(
    `${model} HMM, 3 years x 11 classes`,
    () =>
      runTasks<BlockTask, number, BlockContext>({
        module: new URL("./blockTask.js", import.meta.url),
        name: "blockTask",
        tasks,
        context: { percent, pixels },
        workers,
      }),
    (changed) => ({ changed: changed.reduce((sum, count) => sum + count, 0) / pixels }),
  );
}

const maps = await readBytes(folder, "maps.u8");
const half = maps.length / 2;
const blocks = 900;
const block = new Uint16Array(half);
for (let pixel = 0; pixel < half; pixel++) block[pixel] = Math.floor((pixel * blocks) / half);
const set = new Uint8Array(half).fill(1);
await measure(
  "agreement of two maps with intervals",
  () => {
    const scored = scoredPixels({ block, set });
    const study = {
      legend: defaultClasses,
      years: [2018, 2019],
      grid: gridFromBounds(32632, [0, 0, 10, 10], 10),
    };
    const pair = new Map([
      [2018, maps.subarray(0, half)],
      [2019, maps.subarray(half)],
    ]);
    return agreementRows(study, "map", pair, scored, blockDraws(blocks));
  },
  ({ agreement }) => ({ agreement: Number(agreement[0]!.value) }),
);
