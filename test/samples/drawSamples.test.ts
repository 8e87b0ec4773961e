import assert from "node:assert/strict";
import { test } from "node:test";
import type { Blocks } from "../../src/samples/blocks.js";
import { BlockSet } from "../../src/samples/blocks.js";
import { drawSamples } from "../../src/samples/drawSamples.js";
import { NO_COLUMN } from "../../src/samples/labelColumns.js";
import { classQuota, drawnQuota, trainQuota, validationQuota } from "../../src/samples/quota.js";
import { readSamples } from "../../src/samples/sampleFile.js";
import { sameLabel, stableSet } from "../../src/samples/stable.js";
import { smallStudy } from "./smallStudy.js";

const side = 100;
const pixels = side * side;

/**
 * Top half training, bottom half validation, a guard row between. By columns: 60 of grass (p 0.9),
 * 10 of grass that turns to rock, 20 of rock, 9 of water in 2018 only, one of water in both years
 * with p 0.5.
 */
function scene() {
  const blocks: Blocks = {
    size: 500,
    block: Uint16Array.from({ length: pixels }, (_, i) => (i < pixels / 2 ? 1 : 2)),
    set: Uint8Array.from({ length: pixels }, (_, i) => {
      const row = Math.floor(i / side);
      return row === 50 ? BlockSet.guard : row < 50 ? BlockSet.train : BlockSet.validation;
    }),
  };
  const map = (year: number) => {
    const probabilities = new Uint8Array(3 * pixels);
    for (let i = 0; i < pixels; i++) {
      const c = i % side;
      const k =
        c < 60
          ? 0
          : c < 70
            ? year === 2018
              ? 0
              : 2
            : c < 90
              ? 2
              : c < 99 && year === 2019
                ? 0
                : 1;
      probabilities[k * pixels + i] = c === 99 ? 50 : 90;
      probabilities[((k + 1) % 3) * pixels + i] = c === 99 ? 40 : 10;
    }
    return probabilities;
  };
  return { blocks, probabilities: new Map([2018, 2019].map((year) => [year, map(year)])) };
}

test("quotas by hand", async (t) => {
  const study = await smallStudy(t, {
    width: side,
    height: side,
    parameters: { trainSamples: 24_000, validationSamples: 12_000 },
  });
  assert.equal(trainQuota(study), 4_000, "24 000 / (3 classes x 2 years)");
  assert.equal(validationQuota(study), 2_000);
  const eleven = { ...study, legend: Array(11).fill(study.legend[0]), years: [1, 2, 3] };
  assert.deepEqual([trainQuota(eleven), validationQuota(eleven)], [727, 363]);
  assert.equal(drawnQuota(727, 3_000), 727);
  assert.equal(drawnQuota(727, 752), 250);
  assert.equal(classQuota(eleven, 1_000_000), 727);
  assert.equal(classQuota(eleven, 11_000), 100);
});

test("the stable set has one label in all years, and a starved class is relaxed", async (t) => {
  const study = await smallStudy(t, { width: side, height: side });
  const { blocks, probabilities } = scene();
  const labels = { codes: new Uint16Array(pixels).fill(231), sources: [] };
  const stable = await stableSet(study, labels, blocks, probabilities);
  assert.deepEqual(
    stable.classes.map((c) => [c.name, c.minConfidence, c.train, c.validation, c.test]),
    [
      ["Grass", 0.6, 3_000, 2_940, 0],
      ["Water", 0.4, 50, 49, 0],
      ["Rocks", 0.6, 1_000, 980, 0],
    ],
  );
  const at = (column: number, row = 10) => stable.column[row * side + column];
  assert.deepEqual([at(0), at(65), at(80), at(95), at(99)], [0, NO_COLUMN, 2, NO_COLUMN, 1]);
  assert.equal(at(0, 50), NO_COLUMN, "guard strip");
  const table = await readSamples(study.folder.samples("stable.parquet"));
  assert.equal(table.length, 3_000 + 2_940 + 50 + 49 + 1_000 + 980);
  assert.deepEqual([table.label[0], table.year[0], table.source[0]], [2, 2018, 231]);
  const nothing = sameLabel([new Uint8Array(6)], 3);
  assert.deepEqual([...nothing.column], [NO_COLUMN, NO_COLUMN]);
});

test("tables hold the quotas, the same sites every year, and stay in their blocks", async (t) => {
  const study = await smallStudy(t, {
    width: side,
    height: side,
    parameters: { trainSamples: 1_800, validationSamples: 600 },
  });
  const { blocks, probabilities } = scene();
  const labels = { codes: new Uint16Array(pixels).fill(231), sources: [] };
  const stable = await stableSet(study, labels, blocks, probabilities);
  const report = await drawSamples(study, labels, blocks, stable, probabilities);
  assert.deepEqual(report.absent, []);
  const read = (model: string, set = "train") =>
    readSamples(study.folder.samples(`${set}-${model}.parquet`));
  const count = (table: { label: Uint8Array }, id: number) =>
    table.label.filter((label) => label === id).length;

  // Quota 300; water has 50 stable pixels: a third is 16.
  const multi = await read("multi-year");
  assert.deepEqual(
    [2, 10, 5].map((id) => count(multi, id)),
    [600, 32, 600],
  );
  const share = await read("single-year-share-2019");
  assert.deepEqual(
    [2, 10, 5].map((id) => count(share, id)),
    [300, 16, 300],
  );
  assert.deepEqual(share.pixel, multi.pixel.subarray(616));
  assert.deepEqual(share.pixel, multi.pixel.subarray(0, 616));
  const total = await read("single-year-total-2019");
  assert.deepEqual(
    [2, 10, 5].map((id) => count(total, id)),
    [600, 32, 600],
  );
  assert.ok(total.year.every((year) => year === 2019));
  assert.equal(new Set(total.pixel).size, total.length, "no site twice");

  const own = await read("single-year-2019");
  assert.deepEqual(
    [2, 10, 5].map((id) => count(own, id)),
    [300, 16, 300],
  );
  assert.ok(
    own.pixel.some((pixel) => stable.column[pixel] === NO_COLUMN),
    "changed sites too",
  );
  const annual = await read("multi-year-annual");
  assert.deepEqual(annual.pixel.subarray(616), own.pixel);
  assert.deepEqual(annual.label.subarray(616), own.label);

  for (const set of ["train", "validation"] as const) {
    const table = await read("multi-year", set);
    assert.ok(table.pixel.every((pixel) => blocks.set[pixel] === BlockSet[set]));
  }
  const validation = await read("multi-year", "validation");
  assert.deepEqual(
    [2, 10, 5].map((id) => count(validation, id)),
    [200, 32, 200],
  );
  const row = report.rows.find((r) => r.model === "multi-year" && r.name === "Water")!;
  assert.deepEqual([row.set, row.wanted, row.drawn], ["train", 600, 32]);
  assert.deepEqual(await drawSamples(study, labels, blocks, stable, probabilities), report);
  const other = { ...study, seed: 2 };
  await drawSamples(other, labels, blocks, stable, probabilities);
  assert.notDeepEqual((await read("multi-year")).pixel, multi.pixel);
});

test("a class with too few stable pixels is listed and left out, one year is enough", async (t) => {
  const study = await smallStudy(t, { width: side, height: side, years: [2018] });
  const { blocks, probabilities } = scene();
  const labels = { codes: new Uint16Array(pixels).fill(231), sources: [] };
  for (let i = 0; i < pixels; i++) {
    // Water in five columns of a few rows only.
    if (i % side >= 90 && Math.floor(i / side) % 25 !== 0) {
      for (let k = 0; k < 3; k++) probabilities.get(2018)![k * pixels + i] = 0;
    }
  }
  const stable = await stableSet(study, labels, blocks, probabilities);
  const { absent, models } = await drawSamples(study, labels, blocks, stable, probabilities);
  assert.deepEqual(absent, [{ classId: 10, name: "Water" }]);
  assert.deepEqual(models, ["single-year-2018"]);
  const table = await readSamples(study.folder.samples("train-single-year-2018.parquet"));
  assert.ok(table.length > 1_000 && !table.label.includes(10));
});
