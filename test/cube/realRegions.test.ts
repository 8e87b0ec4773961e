import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { packageRoot } from "../../src/packageRoot.js";
import { gridDays } from "../../src/scenes/mappingYear.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { openStudy } from "../../src/study/openStudy.js";
import { readCsv } from "../../src/table/csv.js";

const folder = await mkdtemp(join(tmpdir(), "regions-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Scenes used of all, years, channels, a feature and bounds of its median over the pixels. */
const regions: [string, number, number, number[], number, string, number, number][] = [
  ["slovenia", 45, 68, [2016, 2017], 1, "NDVI_p50", 0.5, 0.7],
  ["flanders-2018", 59, 118, [2018], 18, "NDVI_p50", 0.5, 0.7],
  ["tanzania", 74, 136, [2020, 2021], 7, "NBR2_p50", 0.02, 0.3],
];

for (const [name, used, all, years, channels, feature, low, high] of regions) {
  const manifest = join(packageRoot(), "data-manifests", `${name}.yaml`);
  const skip = existsSync(manifest) ? false : `${name}.yaml is not there`;
  test(`${name}: a decision for every scene and a plausible cube`, { skip }, async () => {
    const study = await openStudy({ manifest, runDir: join(folder, name), workers: 2 });
    const decisions = await retrieveScenes(study);
    assert.equal(decisions.length, all);
    assert.equal(decisions.filter(({ decision }) => decision === "use").length, used);
    const rows = await readCsv(study.folder.scenes);
    assert.ok(rows.every((row) => row.decision && row.reason && row.evidence));
    await buildCube(study, decisions);
    const cube = await openCube(study);
    assert.deepEqual(cube.years, years);
    assert.equal(cube.channels.length, channels);
    const pixels = cube.grid.width * cube.grid.height;
    for (const year of years) {
      const counts = await cube.year(year).readValidCount();
      assert.ok(counts.every((count) => count >= 5));
      const features = await cube.year(year).readFeatures();
      const at = cube.features.indexOf(feature) * pixels;
      const values = features.slice(at, at + pixels).sort();
      assert.ok(values[0]! > -1 && values[pixels - 1]! < 0.95);
      const median = values[pixels >> 1]!;
      assert.ok(median > low && median < high, `${year}: ${median}`);
    }
  });
}

test("slovenia on the days of its acquisitions", async () => {
  const manifest = join(packageRoot(), "data-manifests", "slovenia.yaml");
  const study = await openStudy({
    manifest,
    runDir: join(folder, "acquisitions"),
    workers: 2,
    overrides: { dates: "acquisitions" },
  });
  const decisions = await retrieveScenes(study);
  await buildCube(study, decisions);
  const cube = await openCube(study);
  const days = cube.years.map((year) => cube.year(year).days);
  const grid = gridDays(20);
  const seen = new Set(
    decisions
      .filter(({ decision }) => decision === "use")
      .map(({ scene }) => Date.parse(scene.time.slice(0, 10)) / 86_400_000),
  );
  for (const [k, own] of days.entries()) {
    const start = Date.UTC(cube.years[k]!, 0, 1) / 86_400_000;
    assert.ok(own.every((day, i) => i === 0 || day > own[i - 1]!));
    // A date is an acquisition, or that of the grid where the days around it have none.
    for (const [slot, day] of own.entries()) {
      const near = Array.from({ length: 17 }, (_, k) => start + grid[slot]! - 9 + k);
      if (near.some((one) => seen.has(one))) assert.ok(seen.has(start + day - 1));
      else assert.ok(seen.has(start + day - 1) || day === grid[slot]);
    }
  }
  assert.notDeepEqual(days[0], days[1]);
});

test("tanzania: of two images a few seconds apart one is used; 10 m pixels repeat those of 20 m", async () => {
  const manifest = join(packageRoot(), "data-manifests", "tanzania.yaml");
  const fine = await openStudy({
    manifest,
    runDir: join(folder, "fine"),
    workers: 2,
    overrides: { "area.resolution": 10 },
  });
  const decisions = await retrieveScenes(fine);
  for (const day of ["20191125", "20200119"]) {
    const pair = decisions.filter(({ scene }) => scene.id.startsWith(day));
    assert.equal(pair.length, 2);
    assert.ok(pair.filter(({ decision }) => decision === "use").length <= 1);
  }
  const twin = decisions.find(({ scene }) => scene.id === "20200119T080047")!;
  assert.equal(twin.decision, "drop");
  assert.match(twin.reason, /^twin of 20200119T080054: /);
  await buildCube(fine, decisions);
  const small = await openCube(await openStudy({ manifest, runDir: join(folder, "tanzania") }));
  const large = await openCube(fine);
  assert.equal(large.grid.width, 2 * small.grid.width);
  const coarse = await small.year(2021).readBlock(0, 32);
  const doubled = await large.year(2021).readBlock(0, 64);
  const size = coarse.pixels;
  for (let layer = 0; layer < 20 * 6; layer++) {
    for (const [row, column] of [
      [0, 0],
      [13, 30],
      [31, 31],
    ] as const) {
      const at = (2 * row + 1) * 64 + 2 * column + 1;
      assert.equal(
        doubled.values[layer * doubled.pixels + at],
        coarse.values[layer * size + row * 32 + column],
      );
    }
  }
});
