import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { packageRoot } from "../../src/packageRoot.js";
import { modeCoarsen } from "../../src/raster/coarsen.js";
import { crsTransform } from "../../src/raster/crs.js";
import { type Grid, gridFromBounds } from "../../src/raster/grid.js";
import { warpNearest } from "../../src/raster/warp.js";

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

test("codes of EPSG:3035 on UTM grids are those under every centre as PROJ transforms it", () => {
  const { width, height, cases } = JSON.parse(
    readFileSync(join(packageRoot(), "test", "raster", "golden", "warp.json"), "utf8"),
  );
  const codes = Uint8Array.from({ length: 160_000 }, (_, i) => {
    const row = Math.floor(i / 400);
    return 1 + ((row * 7 + (i % 400) * 13 + row * (i % 400)) % 44);
  });
  for (const { epsg, origin, source, values } of cases) {
    const square = (place: readonly number[], code: number, pixel: number): Grid => ({
      epsg: code,
      originX: place[0]!,
      originY: place[1]!,
      pixelWidth: pixel,
      pixelHeight: pixel,
      width: code === 3035 ? 400 : width,
      height: code === 3035 ? 400 : height,
    });
    const expected = inflateSync(Buffer.from(values, "base64"));
    const warped = warpNearest(codes, square(source, 3035, 100), square(origin, epsg, 10), 0);
    const differ = warped.filter((value, i) => value !== expected[i]).length;
    assert.ok(differ <= 1e-5 * warped.length, `${epsg}: ${differ} pixels differ`);
    assert.ok(expected.some((value) => value > 0));
  }
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
