import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/packageRoot.js";
import { type Raster, readRaster } from "../../src/raster/readRaster.js";

/** What rasterio says about a file, see golden/readers.py. */
interface Golden {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly nodata: number | null;
  readonly epsg: number;
  readonly origin: readonly [number, number];
  readonly pixel: readonly [number, number];
  readonly names: readonly (string | null)[];
  readonly sha?: string;
  readonly window?: readonly [number, number, number, number];
  readonly window_sha?: string;
  /** Of JPEG files: values of the middle pixel and sums of the bands. */
  readonly corner?: readonly number[];
  readonly sums?: readonly number[];
}

const golden: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(join(packageRoot(), "test", "raster", "golden", "readers.json"), "utf8"),
);
const folder = join(packageRoot(), "..", "shared", "data", "readers");
const skip = existsSync(folder) ? false : "shared data are not beside the project";

function hash({ bands }: Raster): string {
  const sum = createHash("sha256");
  for (const band of bands)
    sum.update(new Uint8Array(band.buffer, band.byteOffset, band.byteLength));
  return sum.digest("hex").slice(0, 16);
}

test("all 300 awkward files and a window of each hold rasterio's values", { skip }, async () => {
  assert.equal(Object.keys(golden).length, 300);
  for (const [name, expected] of Object.entries(golden)) {
    const path = join(folder, name);
    const raster = await readRaster(path);
    const { grid, bands, nodata } = raster;
    assert.deepEqual(
      [grid.width, grid.height, grid.epsg, bands.length, nodata],
      [expected.width, expected.height, expected.epsg, expected.count, expected.nodata],
      name,
    );
    assert.deepEqual([grid.originX, grid.originY], expected.origin, name);
    assert.deepEqual([grid.pixelWidth, grid.pixelHeight], expected.pixel, name);
    const names = expected.names.map((one, i) => one ?? String(i + 1));
    assert.deepEqual(raster.bandNames, names, name);
    if (expected.window) {
      const [left, top, width, height] = expected.window;
      const part = await readRaster(path, { window: [left, top, left + width, top + height] });
      assert.deepEqual([hash(raster), hash(part)], [expected.sha, expected.window_sha], name);
    } else {
      // JPEG decoders round differently: within 1 a pixel.
      const middle = (grid.height >> 1) * grid.width + (grid.width >> 1);
      for (const [b, band] of bands.entries()) {
        assert.ok(Math.abs(band[middle]! - expected.corner![b]!) <= 1, name);
        const sum = (band as Uint8Array).reduce((total, value) => total + value, 0);
        assert.ok(Math.abs(sum - expected.sums![b]!) <= band.length, name);
      }
    }
  }
});
