import assert from "node:assert/strict";
import { test } from "node:test";
import { modeCoarsen } from "../../src/raster/coarsen.js";
import { crsTransform } from "../../src/raster/crs.js";
import { type Grid, gridFromBounds } from "../../src/raster/grid.js";
import { nearestPixels, warpNearest } from "../../src/raster/warp.js";

test("known places have the coordinates that PROJ 9 gives", () => {
  // rasterio 1.4.4 (GDAL 3.10.3): rasterio.warp.transform("EPSG:4326", code, [11.12], [46.07])
  const expected: [number, number, number][] = [
    [32632, 663948.0278433396, 5104009.927601581],
    [3035, 4407752.0444837585, 2551433.0507379225],
    [3857, 1237872.7376212021, 5791573.873988143],
  ];
  for (const [epsg, x, y] of expected) {
    const [px, py] = crsTransform(4326, epsg)(11.12, 46.07);
    assert.ok(Math.abs(px - x) < 1e-6 && Math.abs(py - y) < 1e-6, `${epsg}: ${px} ${py}`);
  }
  assert.throws(() => crsTransform(4326, 31467), /EPSG:31467: unknown coordinate system/);
});

test("the control grid gives the pixels of the exact transform", () => {
  const target = gridFromBounds(32632, [660000, 5100000, 663330, 5102070], 10);
  const source: Grid = { ...gridFromBounds(3035, [4390000, 2530000, 4420000, 2570000], 100) };
  const from = nearestPixels(source, target);
  const exact = crsTransform(32632, 3035);
  let differ = 0;
  for (let i = 0; i < from.length; i += 7) {
    const row = Math.floor(i / target.width);
    const [x, y] = exact(
      target.originX + ((i % target.width) + 0.5) * 10,
      target.originY - (row + 0.5) * 10,
    );
    const column = Math.floor((x - source.originX) / 100);
    const line = Math.floor((source.originY - y) / 100);
    if (from[i] !== line * source.width + column) differ++;
  }
  // Interpolation errs by less than a millimetre, so a pixel centre on a cell border may fall to either side.
  assert.ok(differ <= 2, `${differ} pixels differ`);
});

test("pixels outside the source get the outside value", () => {
  const source = gridFromBounds(32632, [0, 0, 20, 20], 10);
  const target = gridFromBounds(32632, [-10, 0, 20, 20], 5);
  const warped = warpNearest(Uint8Array.of(1, 2, 3, 4), source, target, 255);
  assert.deepEqual([...warped.subarray(0, 6)], [255, 255, 1, 1, 2, 2]);
  assert.deepEqual([...warped.subarray(18)], [255, 255, 3, 3, 4, 4]);
});

test("cells take their most frequent value, edge cells included", () => {
  const grid = gridFromBounds(32632, [0, 0, 50, 30], 10);
  const band = Uint8Array.of(1, 1, 2, 2, 9, 1, 3, 0, 0, 9, 5, 4, 7, 7, 0);
  assert.deepEqual(
    [...modeCoarsen(band, grid, 20, 0)],
    [1, 1, 2, 2, 9, 1, 1, 2, 2, 9, 4, 4, 7, 7, 0],
  );
});
