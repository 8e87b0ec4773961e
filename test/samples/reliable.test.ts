import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { BlockSet, prepareBlocks } from "../../src/samples/blocks.js";
import { selectReliable } from "../../src/samples/reliable.js";
import type { CleaningCube } from "../../src/samples/ruleValues.js";
import { readSamples } from "../../src/samples/sampleFile.js";
import { readCsv } from "../../src/table/csv.js";
import { smallStudy } from "./smallStudy.js";

const side = 160;
const grass = 231;
const water = 512;
const rock = 332;
/** NDVI and MNDWI of a cover; both years differ a little everywhere. */
const typical: Record<number, [number, number]> = {
  [grass]: [0.7, -0.5],
  [water]: [-0.1, 0.6],
  [rock]: [0.1, -0.3],
};

/**
 * Grass and rock in stripes of 400 m, one lake of 150 m. The label source takes a patch of rock for
 * grass and a patch of grass turns to rock in 2019.
 */
function landscape() {
  const truth = { 2018: new Uint16Array(side * side), 2019: new Uint16Array(side * side) };
  const codes = new Uint16Array(side * side);
  const wrong: number[] = [];
  const changed: number[] = [];
  for (let i = 0; i < side * side; i++) {
    const column = i % side;
    const row = Math.floor(i / side);
    const lake = column >= 2 && column < 17 && row >= 60 && row < 75;
    const cover = lake ? water : Math.floor(row / 40) % 2 === 0 ? grass : rock;
    codes[i] = cover;
    truth[2018][i] = cover;
    truth[2019][i] = cover;
    if (cover === rock && row >= 55 && row < 65 && column >= 60 && column < 120) {
      codes[i] = grass;
      wrong.push(i);
    }
    if (cover === grass && row < 12 && column >= 40 && column < 120) {
      truth[2019][i] = rock;
      changed.push(i);
    }
  }
  return { truth, codes, wrong, changed };
}

function cubeOf(truth: Record<number, Uint16Array>): CleaningCube {
  const features = ["NDVI", "MNDWI"].flatMap((index) => [10, 50, 90].map((p) => `${index}_p${p}`));
  return {
    features,
    year(year) {
      const random = createRandom(year);
      const cover = truth[year]!;
      const values = new Float32Array(features.length * cover.length);
      for (let f = 0; f < features.length; f++) {
        for (let i = 0; i < cover.length; i++) {
          const value = typical[cover[i]!]![f < 3 ? 0 : 1] + ((f % 3) - 1) * 0.1;
          values[f * cover.length + i] = value + 0.06 * random.normal() + (year - 2018) * 0.03;
        }
      }
      values[5 * cover.length + 777] = Number.NaN;
      const plane = (f: number) => values.slice(f * cover.length, (f + 1) * cover.length);
      return {
        readFeatures: async () => values,
        readValidCount: async () => new Uint16Array(cover.length).fill(20),
        readRules: async () => ({
          snowShare: new Float32Array(cover.length),
          waterShare: Float32Array.from(cover, (c) => (c === water ? 1 : 0)),
          medianNdvi: plane(1),
          medianMndwi: plane(4),
        }),
      };
    },
  };
}

test("cleaning leaves out wrong labels and changed pixels, for any number of workers", async (t) => {
  const study = await smallStudy(t, { width: side, height: side });
  const { truth, codes, wrong, changed } = landscape();
  const labels = {
    codes,
    sources: [
      { code: grass, name: "Pastures", classId: 2, use: "core" as const },
      { code: rock, name: "Bare rocks", classId: 5, use: "core" as const },
      { code: water, name: "Water courses", classId: 10, use: "rule" as const, rule: "d" as const },
      { code: 999, name: "Elsewhere", classId: 5, use: "core" as const },
    ],
  };
  const blocks = await prepareBlocks(study, labels);
  // The lake lies in one place: it must come through the second vote.
  for (let i = 0; i < codes.length; i++) if (codes[i] === water) blocks.set[i] = BlockSet.train;
  const report = await selectReliable(study, cubeOf(truth), labels, blocks);
  const { samples, rows, absent, labelYear } = report;
  assert.equal(labelYear, 2018);
  assert.deepEqual(absent, []);

  let pure = 0;
  const isWrong = new Set(wrong);
  const isChanged = new Set(changed);
  let wrongKept = 0;
  let changedKept = 0;
  const codeOf = new Map(labels.sources.map(({ classId, code }) => [classId, code]));
  codeOf.set(5, rock);
  for (let i = 0; i < samples.length; i++) {
    const pixel = samples.pixel[i]!;
    const year = samples.year[i]! as 2018 | 2019;
    assert.equal(blocks.set[pixel], BlockSet.train);
    assert.notEqual(pixel, 777);
    if (truth[year][pixel] === codeOf.get(samples.label[i]!)) pure++;
    if (isWrong.has(pixel)) wrongKept++;
    if (year === 2019 && isChanged.has(pixel)) changedKept++;
    assert.ok(samples.confidence[i]! > 0 && samples.confidence[i]! <= 1);
  }
  assert.ok(pure / samples.length > 0.999, `purity ${pure / samples.length}`);
  assert.ok(wrongKept <= 2, `${wrongKept} wrong pixels kept`);
  assert.ok(changedKept <= 2, `${changedKept} changed pixels kept`);
  assert.ok(samples.length > 4_000, `${samples.length} samples`);

  const lake = rows.find((row) => row.year === 2018 && row.code === water)!;
  assert.ok(lake.fallback && lake.kept > 0.5 * lake.pixelsIn, JSON.stringify(lake));
  const meadow = rows.find((row) => row.year === 2019 && row.code === grass)!;
  assert.ok(meadow.screened > 0 && !meadow.fallback);
  assert.equal(rows.find((row) => row.year === 2018 && row.code === grass)!.screened, 0);
  assert.ok(!rows.some((row) => row.code === 999), "a code that does not occur");

  assert.deepEqual(await readSamples(study.folder.samples("reliable.parquet")), samples);
  assert.ok(existsSync(study.folder.table("cleaning.csv")));
  assert.equal((await readCsv(study.folder.table("cleaning.csv"))).length, 6);
  const alone = await selectReliable({ ...study, workers: 1 }, cubeOf(truth), labels, blocks);
  assert.deepEqual(alone.samples, samples);
});

test("a label year outside the study falls to the nearest year", async (t) => {
  const study = await smallStudy(t, { width: side, height: side, years: [2019] });
  const { truth, codes } = landscape();
  const labels = {
    codes,
    sources: [
      { code: grass, name: "Pastures", classId: 2, use: "core" as const },
      { code: rock, name: "Bare rocks", classId: 5, use: "core" as const },
    ],
  };
  const blocks = await prepareBlocks(study, labels);
  const report = await selectReliable(study, cubeOf(truth), labels, blocks);
  assert.equal(report.labelYear, 2019);
  assert.deepEqual(
    report.absent.map(({ name }) => name),
    ["Water"],
  );
  await assert.rejects(
    selectReliable(study, cubeOf(truth), { ...labels, sources: [] }, blocks),
    /label source: has no pixel/,
  );
});
