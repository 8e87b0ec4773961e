import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { FileError } from "../../src/errors.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import type { Grid } from "../../src/raster/grid.js";
import { openCog } from "../../src/raster/openCog.js";
import { readRaster } from "../../src/raster/readRaster.js";
import type { RasterArray } from "../../src/raster/typedArray.js";
import { type CogImage, writeCog } from "../../src/raster/writeCog.js";

const folder = await mkdtemp(join(tmpdir(), "cog-"));
after(() => rm(folder, { recursive: true, force: true }));

const squareGrid = (width: number, height: number): Grid => ({
  epsg: 32632,
  originX: 600000,
  originY: 5100000,
  pixelWidth: 10,
  pixelHeight: 10,
  width,
  height,
});

function noise<T extends RasterArray>(band: T, low: number, high: number, seed = 1): T {
  const random = createRandom(seed);
  for (let i = 0; i < band.length; i++) band[i] = low + random.integer(high - low + 1);
  return band;
}

const palette = new Map([
  [0, "#FFFFFF"],
  [1, "#F50000"],
  [2, "#07362A"],
]);
const odd: Grid = {
  epsg: 32633,
  originX: 465181.052,
  originY: 5080254.633,
  pixelWidth: 9.9948,
  pixelHeight: 9.9974,
  width: 100,
  height: 101,
};
const cases: Record<string, CogImage> = {
  "uint8-palette": {
    grid: squareGrid(1100, 700),
    bands: [noise(new Uint8Array(770000), 0, 2)],
    nodata: 0,
    palette,
    bandNames: ["land cover"],
    valueNames: new Map([
      [1, "Broadleaves"],
      [2, "Bare rock"],
    ]),
    overviews: "mode",
  },
  int16: {
    grid: { ...squareGrid(513, 1), epsg: 3035, originX: 4400000, originY: 2500000 },
    bands: [noise(new Int16Array(513), -32768, 32767)],
    nodata: -32768,
    overviews: "nearest",
  },
  "uint16-three-bands": {
    grid: odd,
    bands: [1, 2, 3].map((seed) => noise(new Uint16Array(10100), 0, 65535, seed)),
    nodata: 0,
    bandNames: ["B02", "B03 median", "B04"],
    overviews: "none",
  },
  float32: {
    grid: {
      ...squareGrid(37, 600),
      epsg: 4326,
      originX: 11,
      originY: 46,
      pixelWidth: 1e-4,
      pixelHeight: 1e-4,
    },
    bands: [Float32Array.from({ length: 22200 }, (_, i) => Math.sin(i))],
    overviews: "nearest",
  },
  "one-pixel": {
    grid: squareGrid(1, 1),
    bands: [Uint8Array.of(7)],
    overviews: "mode",
  },
};

for (const [name, cog] of Object.entries(cases)) {
  test(`${name} comes back bit-equal with its georeference`, async () => {
    const path = join(folder, `${name}.tif`);
    await writeCog(path, cog);
    const raster = await readRaster(path);
    assert.deepEqual(raster.grid, cog.grid);
    assert.deepEqual(raster.bands, cog.bands);
    assert.equal(raster.nodata, cog.nodata ?? null);
    assert.deepEqual(raster.bandNames, cog.bandNames ?? cog.bands.map((_, i) => String(i + 1)));
  });
}

test("a window and a choice of bands by name read the same samples", async () => {
  const cog = cases["uint16-three-bands"]!;
  const path = join(folder, "window.tif");
  await writeCog(path, cog);
  const { bands, bandNames, grid } = await readRaster(path, {
    bands: ["B04", 1],
    window: [3, 5, 7, 8],
  });
  assert.deepEqual(bandNames, ["B04", "B02"]);
  assert.equal(grid.width * grid.height, 12);
  assert.equal(grid.originX, odd.originX + 3 * odd.pixelWidth);
  assert.equal(bands[0]![5], cog.bands[2]![6 * 100 + 4]);
  await assert.rejects(readRaster(path, { bands: ["B08"] }), /no band B08, expected one of B02/);
  await assert.rejects(readRaster(path, { window: [0, 0, 101, 1] }), FileError);
});

test("bands that do not fit are refused before anything is written", async () => {
  const path = join(folder, "refused.tif");
  const grid = squareGrid(2, 2);
  await assert.rejects(
    writeCog(path, { grid, bands: [new Uint8Array(3)], overviews: "none" }),
    FileError,
  );
  const named = {
    grid,
    bands: [new Uint8Array(4)],
    bandNames: ["a & b"],
    overviews: "none" as const,
  };
  await assert.rejects(writeCog(path, named), /name a & b/);
  assert.equal(existsSync(path), false);
});

test("rows given some at a time make the bytes of the whole image, and nothing stays beside it", async () => {
  const apart = join(folder, "rows");
  // Noise that is too much for memory goes through a temporary file.
  const noisy: CogImage = {
    grid: squareGrid(1300, 2051),
    bands: [1, 2].map((seed) => noise(new Uint16Array(1300 * 2051), 0, 65535, seed)),
    nodata: 3,
    overviews: "mode",
  };
  for (const [name, cog] of Object.entries({ ...cases, noisy })) {
    const { bands, ...description } = cog;
    const { width, height } = cog.grid;
    const whole = join(folder, `${name}-whole.tif`);
    await writeCog(whole, cog);
    const path = join(apart, `${name}.tif`);
    const rows = openCog(path, description);
    const step = 1 + Math.floor(height / 7);
    for (let row = 0; row < height; row += step) {
      const end = Math.min(height, row + step) * width;
      await rows.append(bands.map((band) => band.subarray(row * width, end)));
    }
    await rows.finish();
    await rows.discard();
    assert.ok(readFileSync(path).equals(readFileSync(whole)), name);
  }
  assert.equal(readdirSync(apart).length, 1 + Object.keys(cases).length);
});

test("an image without all its rows is refused and leaves nothing", async () => {
  const apart = join(folder, "missing");
  const cog = openCog(join(apart, "a.tif"), { grid: squareGrid(4000, 3000), overviews: "none" });
  for (let k = 0; k < 3; k++) await cog.append([noise(new Uint8Array(4000 * 900), 0, 255, k)]);
  assert.equal(readdirSync(apart).length, 1);
  await assert.rejects(cog.append([new Uint8Array(4000 * 301)]), /expected 300 rows of 4000/);
  await assert.rejects(cog.append([new Int16Array(4000)]), /different sample types/);
  await assert.rejects(cog.finish(), /2700 rows, expected 3000/);
  await cog.discard();
  assert.deepEqual(readdirSync(apart), []);
});

const python = join(packageRoot(), ".cache", "peers", "raster", "bin", "python");
const peer = `
import json, sys, rasterio
from rasterio.enums import ColorInterp
out = {}
for path in sys.argv[1:]:
    with rasterio.open(path) as d:
        data = d.read()
        cog = d.tags(ns="IMAGE_STRUCTURE").get("LAYOUT")
        t = d.transform
        out[path] = dict(epsg=d.crs.to_epsg(), transform=[t.c, t.f, t.a, t.e], layout=cog,
            shape=list(data.shape), dtype=str(data.dtype), nodata=d.nodata, names=d.descriptions, values=d.tags(1),
            sum=float(data.astype("float64").sum()), weighted=float((data.astype("float64").ravel() * (__import__("numpy").arange(data.size) % 9973)).sum()),
            overviews=d.overviews(1), colour=d.colormap(1)[2] if d.colorinterp[0] == ColorInterp.palette else None)
print(json.dumps(out))
`;
const skip = existsSync(python) ? false : "no rasterio in .cache/peers/raster";

test("GDAL reads the same values, georeference, names and colours, and sees a COG", {
  skip,
}, async () => {
  const paths = new Map<string, CogImage>();
  for (const [name, cog] of Object.entries(cases)) {
    const path = join(folder, `${name}-gdal.tif`);
    await writeCog(path, cog);
    paths.set(path, cog);
  }
  const read = JSON.parse(
    execFileSync(python, ["-c", peer, ...paths.keys()], { encoding: "utf8" }),
  );
  for (const [path, cog] of paths) {
    const { grid, bands } = cog;
    const seen = read[path];
    assert.equal(seen.epsg, grid.epsg, path);
    assert.deepEqual(seen.transform, [
      grid.originX,
      grid.originY,
      grid.pixelWidth,
      -grid.pixelHeight,
    ]);
    assert.deepEqual(seen.shape, [bands.length, grid.height, grid.width]);
    assert.equal(seen.layout, "COG");
    assert.equal(seen.nodata, cog.nodata ?? null);
    assert.deepEqual(seen.names, cog.bandNames ?? bands.map(() => null));
    const values = Array.from(cog.valueNames ?? [], ([value, name]) => [`VALUE_${value}`, name]);
    assert.deepEqual(seen.values, Object.fromEntries(values));
    let sum = 0;
    let weighted = 0;
    let i = 0;
    for (const band of bands) {
      for (const value of band) {
        sum += value;
        weighted += value * (i++ % 9973);
      }
    }
    assert.ok(Math.abs(seen.sum - sum) < 1e-3, path);
    assert.ok(Math.abs(seen.weighted - weighted) < 1, path);
    if (cog.palette) assert.deepEqual(seen.colour, [7, 54, 42, 255]);
    if (cog.palette) assert.deepEqual(seen.overviews, [2, 4]);
  }
});
