import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeOtherMapsTable } from "../../src/assess/otherMapsTable.js";
import { crossLegends } from "../../src/manifest/crossLegends.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { writeLabelMap } from "../../src/maps/labelMap.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { readCsv } from "../../src/table/csv.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "phenocover-other-"));
after(() => rm(folder, { recursive: true }));

test("classes that one value stands for become one, and so do values that share a class", () => {
  const { groups, ofClass, ofValue } = crossLegends(defaultClasses, {
    10: ["Broadleaves", "Conifers"],
    11: "Conifers",
    40: "Crops",
    60: ["Rocks", "Sand"],
  });
  assert.deepEqual(groups, ["Crops", "Rocks + Sand", "Broadleaves + Conifers"]);
  const of = (name: string) => ofClass[defaultClasses.findIndex((entry) => entry.name === name)];
  assert.deepEqual(["Crops", "Sand", "Conifers", "Water"].map(of), [1, 2, 3, 0]);
  assert.deepEqual(
    [...ofValue],
    [
      [10, 3],
      [11, 3],
      [40, 1],
      [60, 2],
    ],
  );
});

test("maps agree where their classes fall together in the crossed legend", async () => {
  const grid = gridFromBounds(32632, [690000, 5120000, 690100, 5120100], 10);
  const coarse = gridFromBounds(32632, [690000, 5120000, 690100, 5120100], 50);
  const path = join(folder, "other.tif");
  // Forest in the west, crops in the north-east, and in the south-east a value without a class.
  const bands = [Uint8Array.of(10, 40, 10, 99)];
  await writeCog(path, { grid: coarse, bands, bandNames: ["class"], overviews: "none" });
  const legend = { 10: ["Broadleaves", "Conifers"], 40: "Crops" };
  const study = bareStudy(join(folder, "run"), grid, {
    classes: defaultClasses,
    otherMaps: [{ name: "WorldCover", path, year: 2020, legend }],
  });
  const [crops, broadleaves, conifers] = [3, 7, 8];
  const ids = Uint8Array.from({ length: 100 }, (_, pixel) => {
    const [column, row] = [pixel % 10, Math.floor(pixel / 10)];
    if (column < 5) return row < 5 ? broadleaves : conifers;
    return row < 1 ? conifers : crops;
  });
  await writeLabelMap(study, "forest", 2018, ids);
  await writeCog(study.folder.samples("blocks.tif"), {
    grid,
    bands: [new Uint16Array(100).map((_, i) => i % 2), new Uint16Array(100).fill(2)],
    bandNames: ["block", "set"],
    overviews: "none",
  });
  assert.equal(await writeOtherMapsTable(study), true);
  const rows = await readCsv(study.folder.table("other-maps.csv"));
  const value = (name: string, measure: string) =>
    Number(rows.find((row) => row.class === name && row.measure === measure)!.value);
  // 75 pixels have a class in both; 5 of the crops are mapped as forest.
  assert.ok(Math.abs(value("all", "agreement") - 70 / 75) < 1e-6);
  assert.ok(Math.abs(value("Crops", "f1") - 40 / 45) < 1e-6);
  assert.ok(Math.abs(value("Broadleaves + Conifers", "mapped") - 55 / 75) < 1e-6);
  assert.ok(rows.every((row) => row.year === "2018" && row.map_year === "2020"));
  const elsewhere = { ...coarse, originX: 0 };
  await writeCog(path, { grid: elsewhere, bands, bandNames: ["class"], overviews: "none" });
  await assert.rejects(
    writeOtherMapsTable(study),
    /otherMaps\[0\]\.path: .*no class of its legend/,
  );
});
