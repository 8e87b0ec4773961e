import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openValidation } from "../../src/assess/truth.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "phenocover-truth-"));
after(() => rm(folder, { recursive: true }));

test("a reference that does not overlap the maps, or holds no class of its legend there, is refused by name", async () => {
  const grid = gridFromBounds(32632, [690000, 5120000, 690100, 5120100], 10);
  const path = join(folder, "reference.tif");
  const study = bareStudy(join(folder, "run"), grid, {
    classes: defaultClasses,
    reference: { kind: "raster", path, legend: { 1: "Grass", 2: "Crops" } },
  });
  const write = (reference: typeof grid, value: number) =>
    writeCog(path, {
      grid: reference,
      bands: [new Uint8Array(100).fill(value)],
      bandNames: ["class"],
      overviews: "none",
    });
  const refused = /region\.yaml: reference\.path: .*holds no class of its legend inside the area/;
  await write({ ...grid, originX: 0 }, 1);
  await assert.rejects(openValidation(study), refused);
  await write(grid, 3);
  await assert.rejects(openValidation(study), refused);
  await write(grid, 2);
  const { years } = (await openValidation(study))!;
  assert.ok(years.get(2018)!.every((id) => id === 3));
});
