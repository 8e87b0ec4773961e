import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ManifestError } from "../../src/errors.js";
import { clcCodes, clcSources, readClcClasses } from "../../src/labels/clc.js";
import { openLabels, prepareLabels } from "../../src/labels/prepareLabels.js";
import type { Labels } from "../../src/manifest/manifest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { type Grid, gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import type { Study } from "../../src/study/study.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "labels-"));
after(() => rm(folder, { recursive: true, force: true }));

const legend = [
  { id: 8, name: "Conifers", colour: "#07362A" },
  { id: 10, name: "Water", colour: "#2665F1" },
];

function study(labels: Labels, grid: Grid): Study {
  return bareStudy(folder, grid, { labels, classes: legend });
}

const grid = gridFromBounds(32633, [407670, 5124960, 412270, 5128960], 10);

test("the table has the 44 classes, each rule class its rule", async () => {
  const classes = await readClcClasses();
  assert.equal(classes.length, 44);
  assert.deepEqual(
    classes.filter(({ rule }) => rule).map(({ code, rule }) => [code, rule]),
    [
      [112, "a"],
      [121, "a"],
      [131, "b"],
      [331, "e"],
      [335, "c"],
      [511, "d"],
    ],
  );
  assert.deepEqual(
    [...clcCodes([24, 312, 0, 48, 999, -128, 44], classes)],
    [312, 312, 0, 0, 0, 0, 523],
  );
  const sources = clcSources(classes, legend);
  const find = (code: number) => sources.find((one) => one.code === code);
  assert.deepEqual(find(312), { code: 312, name: "Coniferous forest", classId: 8, use: "core" });
  assert.deepEqual(find(511)?.rule, "d");
  assert.deepEqual([find(211)?.classId, find(211)?.use], [0, "exclude"]);
});

test("a raster's values are made coarse by cell, unknown cover included, and kept", async () => {
  const small = gridFromBounds(32633, [0, 0, 40, 20], 10);
  const path = join(folder, "fine.tif");
  const values = Uint8Array.of(1, 1, 9, 9, 1, 2, 9, 2);
  await writeCog(path, { grid: small, bands: [values], nodata: 0, overviews: "none" });
  const labels: Labels = {
    kind: "raster",
    path,
    year: 2018,
    legend: { 1: "Conifers", 2: "Water" },
    coarsen: 20,
  };
  const made = await prepareLabels(study(labels, small));
  assert.deepEqual([...made.codes], [1, 1, 0, 0, 1, 1, 0, 0]);
  assert.deepEqual(
    made.sources.map(({ code, classId, use }) => [code, classId, use]),
    [
      [1, 8, "core"],
      [2, 10, "core"],
    ],
  );
  assert.deepEqual(await openLabels(study(labels, small)), made);
});

test("a CORINE raster in EPSG:3035 comes onto a UTM grid; one elsewhere is refused in a line", async () => {
  const laea = gridFromBounds(3035, [4500000, 2560000, 4520000, 2580000], 100);
  const path = join(folder, "clc.tif");
  const codes = new Uint8Array(200 * 200).map((_, i) => (i % 200 < 100 ? 24 : 41));
  await writeCog(path, { grid: laea, bands: [codes], nodata: 48, overviews: "none" });
  const labels: Labels = { kind: "clc", path, year: 2018 };
  await assert.rejects(
    prepareLabels(study(labels, grid)),
    (error) =>
      error instanceof ManifestError &&
      error.exitCode === 2 &&
      /^region.yaml: labels.path: .*does not overlap the area \(EPSG:32633/.test(error.message) &&
      !error.message.includes("\n"),
  );
  // rasterio.warp.transform: the middle of that raster lies at 303087.54, 5121116.08 in EPSG:32633.
  const inside = gridFromBounds(32633, [302100, 5120100, 304100, 5122100], 10);
  const made = await prepareLabels(study(labels, inside));
  assert.deepEqual([...new Set(made.codes)].sort(), [312, 512]);
});

const corine = join(
  packageRoot(),
  "..",
  "shared",
  "data",
  "corine-julian-alps",
  "CORINE_LC_10m.tif",
);
const skip = existsSync(corine) ? false : "shared data are not beside the project";

test("grid codes of a real CORINE cut become level-3 codes", { skip }, async () => {
  const { codes } = await prepareLabels(study({ kind: "clc", path: corine, year: 2018 }, grid));
  const count = (code: number) => codes.filter((one) => one === code).length;
  assert.deepEqual([count(312), count(313), count(512)], [33001, 84089, 14609]);
});
