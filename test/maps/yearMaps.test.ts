import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { changeCounts, writeChangeMap } from "../../src/maps/changeMap.js";
import { mappedYears, readYearMap, writeLabelMap } from "../../src/maps/labelMap.js";
import { mapFromProbabilities, readProbabilities, writeYearMaps } from "../../src/maps/yearMaps.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { readRaster } from "../../src/raster/readRaster.js";
import { runFolder, type Study } from "../../src/study/study.js";

const root = await mkdtemp(join(tmpdir(), "phenocover-maps-"));
after(() => rm(root, { recursive: true }));

const study = {
  grid: gridFromBounds(32632, [600000, 5100000, 600030, 5100020], 10),
  legend: [
    { id: 7, name: "Broadleaves", colour: "#42A24C" },
    { id: 3, name: "Crops", colour: "#F9BC34" },
  ],
  years: [2018, 2019, 2020],
  folder: runFolder(root),
} as unknown as Study;

// Six pixels; the last one has no data.
const probabilities = Uint8Array.of(90, 10, 50, 0, 30, 0, 10, 90, 50, 100, 70, 0);

test("a map is the most probable class, its confidence the gap to the second", () => {
  const { ids, confidence } = mapFromProbabilities(probabilities, [7, 3]);
  assert.deepEqual([...ids], [7, 3, 7, 3, 3, 0]);
  assert.deepEqual([...confidence], [80, 80, 0, 100, 40, 255]);
});

test("maps, probabilities and confidence survive the disk", async () => {
  await writeYearMaps(study, "multi-year", 2018, probabilities);
  assert.deepEqual([...(await readYearMap(study, "multi-year", 2018))], [7, 3, 7, 3, 3, 0]);
  assert.deepEqual(await readProbabilities(study, "multi-year", 2018), probabilities);
  const { bandNames, nodata } = await readRaster(
    study.folder.map("multi-year", "2018-probability.tif"),
  );
  assert.deepEqual(bandNames, ["Broadleaves", "Crops"]);
  assert.equal(nodata, 255);
});

test("change counts: 0, 1, 2 changes, 255 where a year is missing", async () => {
  await writeLabelMap(study, "multi-year", 2019, Uint8Array.of(7, 7, 3, 3, 3, 3));
  await writeLabelMap(study, "multi-year", 2020, Uint8Array.of(7, 7, 7, 0, 7, 3));
  assert.deepEqual(mappedYears(study, "multi-year"), [2018, 2019, 2020]);
  const counts = await writeChangeMap(study, "multi-year");
  assert.deepEqual([...counts!], [0, 1, 2, 255, 1, 255]);
  const { bands } = await readRaster(study.folder.map("multi-year", "changes.tif"));
  assert.deepEqual(bands[0], counts);
  assert.equal(await writeChangeMap({ ...study, years: [2018] }, "multi-year"), null);
  assert.deepEqual([...changeCounts([Uint8Array.of(1, 0)])], [0, 255]);
});
