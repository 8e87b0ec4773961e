import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readRelief, slopeDegrees } from "../../src/assess/terrain.js";
import { crsTransform } from "../../src/raster/crs.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "phenocover-terrain-"));
after(() => rm(folder, { recursive: true }));

test("a plane has its slope everywhere, and the edge has none", () => {
  // Rises 3 m a pixel of 10 m eastwards and 4 m a pixel of 10 m southwards: 0.5 in its own direction.
  const plane = Float32Array.from({ length: 20 }, (_, i) => 3 * (i % 5) + 4 * Math.floor(i / 5));
  const slope = slopeDegrees(plane, 5, [10, 10]);
  const expected = (Math.atan(0.5) * 180) / Math.PI;
  slope.forEach((value, i) => {
    const [column, row] = [i % 5, Math.floor(i / 5)];
    const inside = column > 0 && column < 4 && row > 0 && row < 3;
    assert.ok(inside ? Math.abs(value - expected) < 1e-5 : Number.isNaN(value), String(i));
  });
});

const area = gridFromBounds(32632, [690000, 5120000, 690200, 5120200], 10);
const study = (terrain: string) => bareStudy(folder, area, { terrain });

test("relief comes from rasters in metres, and one that lies elsewhere is refused", async () => {
  const path = join(folder, "dem.tif");
  const grid = gridFromBounds(3035, crsBox(), 25);
  const rows = grid.height;
  const band = new Float32Array(grid.width * rows).map((_, i) => 10 * Math.floor(i / grid.width));
  await writeCog(path, {
    grid,
    bands: [band],
    nodata: -9999,
    bandNames: ["elevation"],
    overviews: "none",
  });
  const relief = await readRelief(study(path));
  const middle = relief!.slope[10 * 20 + 10]!;
  // 10 m in 25 m, measured in another projection.
  assert.ok(Math.abs(middle - (Math.atan(10 / 25) * 180) / Math.PI) < 0.5, String(middle));
  assert.ok(relief!.elevation.every((value) => value >= 0 && value % 10 === 0));
  const far = { ...study(path), grid: gridFromBounds(32632, [0, 0, 100, 100], 10) };
  await assert.rejects(readRelief(far), /terrain: .*holds no elevation inside the area/);
});

/** Bounds in EPSG:3035 around the study's square, whole multiples of 25 m. */
function crsBox(): [number, number, number, number] {
  const [x, y] = crsTransform(32632, 3035)(690100, 5120100);
  const near = (value: number) => Math.round(value / 25) * 25;
  return [near(x - 400), near(y - 400), near(x + 400), near(y + 400)];
}
