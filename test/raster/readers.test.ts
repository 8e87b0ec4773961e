import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
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
  /** Parts of the image as [left, top, width, height]. */
  readonly windows: readonly (readonly [number, number, number, number])[];
  readonly sha?: string;
  readonly window_shas?: readonly string[];
  /** Of JPEG files all values, [band][pixel], deflated. */
  readonly values?: string;
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

test("all 300 awkward files and four windows of each hold rasterio's values", {
  skip,
}, async () => {
  assert.equal(Object.keys(golden).length, 300);
  let jpeg = 0;
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
    const parts: Raster[] = [];
    for (const [left, top, width, height] of expected.windows) {
      parts.push(await readRaster(path, { window: [left, top, left + width, top + height] }));
    }
    if (expected.values === undefined) {
      assert.deepEqual([hash(raster), parts.map(hash)], [expected.sha, expected.window_shas], name);
      continue;
    }
    jpeg++;
    const values = inflateSync(Buffer.from(expected.values, "base64"));
    for (const [b, band] of bands.entries()) {
      // JPEG decoders round differently.
      const wrong = band.findIndex((v, i) => Math.abs(v - values[b * band.length + i]!) > 1);
      assert.equal(wrong, -1, `${name}: ${band[wrong]} in band ${b + 1} at ${wrong}`);
      for (const [k, [left, top, width]] of expected.windows.entries()) {
        parts[k]!.bands[b]!.forEach((value, i) => {
          const at = (top + Math.floor(i / width)) * grid.width + left + (i % width);
          assert.equal(value, band[at], `${name}: window ${k}`);
        });
      }
    }
  }
  assert.equal(jpeg, 3);
});
