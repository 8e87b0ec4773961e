import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import type { Cube } from "../../src/cube/cube.js";
import { cubeLayout, yearArrays } from "../../src/cube/layout.js";
import { openCube } from "../../src/cube/openCube.js";
import { featureNames } from "../../src/cube/pixelStatistics.js";
import { fitScaler, type Scaler, writeScaler } from "../../src/cube/scaler.js";
import { createArray, type StoredArray, writeChunk, writeGroup } from "../../src/cube/store.js";
import { pseudoLabels } from "../../src/forest/pseudoLabels.js";
import { trainForests } from "../../src/forest/trainForests.js";
import { openWorkers } from "../../src/parallel/tasks.js";
import { createRandom } from "../../src/random.js";
import { emptyTable } from "../../src/samples/sampleTable.js";
import type { Study } from "../../src/study/study.js";
import { smallStudy } from "../samples/smallStudy.js";

const width = 40;
const height = 36;
const dates = 4;
const bands = ["B04", "B08"];

/** Grass on the left, rock on the right; the last pixel has no data. */
const cover = (pixel: number) => (pixel % width < 24 ? 0 : 2);

/** A cube with one chunk a year. */
async function writeCube({ folder, grid, years }: Study): Promise<void> {
  const layout = cubeLayout(grid, 100);
  const arrays = yearArrays(grid, layout, dates, bands, featureNames(bands));
  await writeGroup(folder.cube, "/", { grid, bands, years });
  for (const year of years) {
    const random = createRandom(year);
    await writeGroup(folder.cube, `/${year}`, { year, days: [10, 100, 190, 280] });
    const pixels = width * height;
    const series = new Int16Array(dates * bands.length * pixels);
    for (let i = 0; i < series.length; i++) {
      const nearInfrared = Math.floor(i / pixels) % 2 === 1;
      const typical = cover(i % pixels) === 0 && nearInfrared ? 4_000 : 1_500;
      series[i] = typical + 400 * random.normal() + (year - 2018) * 100;
    }
    const count = new Uint16Array(pixels).fill(9);
    count[pixels - 1] = 0;
    const data: Record<keyof typeof arrays, StoredArray> = {
      series,
      flags: new Uint8Array(dates * pixels).fill(1),
      features: new Float32Array(featureNames(bands).length * pixels),
      valid_count: count,
      rules: new Float32Array(2 * pixels),
    };
    for (const name of Object.keys(data) as (keyof typeof data)[]) {
      await createArray(folder.cube, `/${year}/${name}`, arrays[name]);
      const at = arrays[name].chunks.map(() => 0);
      await writeChunk(folder.cube, `/${year}/${name}`, arrays[name], at, data[name]);
    }
  }
}

async function fittedScaler(study: Study, cube: Cube): Promise<Scaler> {
  const module = new URL("../../src/cube/buildTasks.js", import.meta.url);
  const pool = openWorkers({ module, context: { folder: study.folder.cube }, workers: 1 });
  try {
    return await fitScaler(cube, "test", pool);
  } finally {
    pool.close();
  }
}

test("forests map every year of a cube, the same for any number of workers", async (t) => {
  const study = await smallStudy(t, { width, height });
  await writeCube(study);
  const cube = await openCube(study);
  await writeScaler(study, await fittedScaler(study, cube));

  const reliable = emptyTable(400);
  for (let i = 0; i < 400; i++) {
    reliable.pixel[i] = Math.floor(i / 2) * 7;
    reliable.year[i] = 2018 + (i % 2);
    reliable.label[i] = study.legend[cover(reliable.pixel[i]!)]!.id;
  }
  const summaries = await trainForests(study, cube, reliable);
  assert.deepEqual(
    summaries.map(({ model, absent }) => [model, absent]),
    [
      ["forest-2018", ["Water"]],
      ["forest-2019", ["Water"]],
    ],
  );
  assert.ok(summaries.every(({ outOfBag }) => outOfBag > 0.97));
  assert.equal(
    summaries[0]!.samples.reduce((sum, { rows }) => sum + rows, 0),
    200,
  );

  const maps = await pseudoLabels(study, cube);
  const pixels = width * height;
  for (const year of study.years) {
    const own = maps.forest.get(year)!;
    let right = 0;
    for (let i = 0; i < pixels - 1; i++) {
      if (own[cover(i) * pixels + i]! > 50) right++;
      const sum = own[i]! + own[pixels + i]! + own[2 * pixels + i]!;
      assert.ok(sum >= 99 && sum <= 101);
    }
    assert.ok(right / (pixels - 1) > 0.98, `${year}: ${right}`);
    for (let k = 0; k < 3; k++) assert.equal(own[k * pixels + pixels - 1], 0, "no data");
  }
  assert.deepEqual(maps.oneYear.get(2018), maps.forest.get(2018));
  assert.notDeepEqual(maps.oneYear.get(2019), maps.forest.get(2019));
  assert.deepEqual(await pseudoLabels({ ...study, workers: 1 }, cube), maps);

  const scaler = study.folder.model("forest-2019", "scaler.json");
  await writeFile(scaler, (await readFile(scaler, "utf8")).replace("B04", "B05"));
  await assert.rejects(pseudoLabels(study, cube), /forest-2019.scaler\.json: differs/);
});

test("a year with a single class is an error that names the year", async (t) => {
  const study = await smallStudy(t, { width, height, years: [2018] });
  await writeCube(study);
  const cube = await openCube(study);
  await writeScaler(study, await fittedScaler(study, cube));
  const reliable = emptyTable(50);
  reliable.year.fill(2018);
  reliable.label.fill(2);
  await assert.rejects(trainForests(study, cube, reliable), /forest of 2018: fewer than two/);
});
