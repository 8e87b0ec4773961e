import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { readScaler } from "../../src/cube/scaler.js";
import { blockSequences, readSequences } from "../../src/cube/sequences.js";
import { writeFileAtomic } from "../../src/files/atomic.js";
import { defaultParameters, type Manifest } from "../../src/manifest/manifest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { runFolder, type Study } from "../../src/study/study.js";

const folder = await mkdtemp(join(tmpdir(), "cube-"));
after(() => rm(folder, { recursive: true, force: true }));

const size = 90;
const bounds = [690010, 5126000, 690010 + size * 10, 5126000 + size * 10] as const;
const grid = gridFromBounds(32632, bounds, 10);
const names = "blue green red rededge1 rededge2 rededge3 nir nir08 swir16 swir22".split(" ");
const fine = new Set(["blue", "green", "red", "nir"]);

/** Reflectance in digital numbers of a scene: a ramp over bands and scenes, so that fills are known. */
const truth = (scene: number, band: number) => 500 + 100 * band + 10 * scene;

/** Twelve scenes 30 days apart from 1 November 2017; every third carries the offset. */
async function writeScenes(root: string): Promise<void> {
  const random = createRandom(4);
  for (let s = 0; s < 12; s++) {
    const day = new Date(Date.UTC(2017, 10, 1) + s * 30 * 86_400_000).toISOString();
    const shifted = s % 3 === 1;
    const assets: Record<string, { href: string }> = {};
    for (const [b, name] of [...names, "scl"].entries()) {
      const step = fine.has(name) ? 10 : 20;
      const place = gridFromBounds(32632, [690000, 5125980, 691000, 5126980], step);
      const scl = name === "scl";
      const band = (
        scl
          ? new Uint8Array(place.width * place.height)
          : new Uint16Array(place.width * place.height)
      ) as Uint8Array;
      for (let i = 0; i < band.length; i++) {
        band[i] = scl ? (random.uniform() < 0.01 ? 9 : 4) : truth(s, b) + (shifted ? 1000 : 0);
      }
      const path = join(root, "scenes", `s${s}`, `${name}.tif`);
      await writeCog(path, { grid: place, bands: [band], nodata: 0, overviews: "none", level: 1 });
      assets[name] = { href: `../scenes/s${s}/${name}.tif` };
    }
    const item = {
      id: `s${s}`,
      collection: shifted ? "sentinel-2-c1-l2a" : "sentinel-2-l2a",
      properties: {
        datetime: day,
        "grid:code": "MGRS-32TPS",
        "s2:processing_baseline": shifted ? "05.00" : "02.06",
        "eo:cloud_cover": 20,
      },
      assets,
    };
    await writeFileAtomic(join(root, "items", `s${s}.json`), JSON.stringify(item));
  }
}

function studyOf(run: string, workers: number): Study {
  const manifest = {
    file: "region.yaml",
    region: "test",
    images: { kind: "stac", catalog: join(folder, "items"), collection: "x", maxCloud: 80 },
    yearStart: "11-01",
    events: [{ name: "storm", date: "2018-06-15" }],
    classes: [],
  } as unknown as Manifest;
  return {
    manifest,
    grid,
    legend: [],
    years: [2018],
    seed: 1,
    parameters: defaultParameters,
    workers,
    folder: runFolder(join(folder, run)),
  };
}

async function build(run: string, workers: number): Promise<Study> {
  const study = studyOf(run, workers);
  await buildCube(study, await retrieveScenes(study));
  return study;
}

async function files(root: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const path = join(root, name);
    if ((await stat(path)).isFile()) found.set(name, await readFile(path));
  }
  return found;
}

before(() => writeScenes(folder));

test("a cube of scenes with and without the offset holds the true series up to the event", async () => {
  const study = await build("one", 1);
  const cube = await openCube(study);
  const { days, readBlock } = cube.year(2018);
  const block = await readBlock(0, size);
  const counts = await cube.year(2018).readValidCount();
  assert.deepEqual(cube.channels.slice(8, 12), ["B11", "B12", "NDVI", "EVI"]);
  const pixel = counts.indexOf(Math.max(...counts));
  assert.equal(counts[pixel], 12);
  // 15 June 2018 is day 227 of the mapping year: scenes 0-7 lie before it (day 211), 8-11 after.
  for (const [d, day] of days.entries()) {
    const inDays = day < 227 ? Math.min(day - 1, 210) : Math.max(Math.min(day - 1, 330), 240);
    for (let b = 0; b < 10; b++) {
      const value = block.values[(d * 10 + b) * block.pixels + pixel]!;
      assert.ok(
        Math.abs(value - (500 + 100 * b + inDays / 3)) <= 0.5 + 1e-9,
        `${day} ${b} ${value}`,
      );
    }
  }
  const features = await cube.year(2018).readFeatures();
  const ndvi = (s: number) => (truth(s, 6) - truth(s, 2)) / (truth(s, 6) + truth(s, 2));
  const median = features[cube.features.indexOf("NDVI_p50") * size * size + pixel]!;
  assert.ok(Math.abs(median - (ndvi(5) + ndvi(6)) / 2) < 1e-6);
});

test("the stored bytes are the same for one and two workers, and a second build changes nothing", async () => {
  const study = await build("two", 2);
  assert.deepEqual(await files(study.folder.cube), await files(join(folder, "one", "cube")));
  assert.equal(
    await readFile(study.folder.scenes, "utf8"),
    await readFile(join(folder, "one", "scenes.csv"), "utf8"),
  );
  const scaler = join(study.folder.cube, "scaler.json");
  const written = (await stat(scaler)).mtimeMs;
  await buildCube(study, await retrieveScenes(study));
  assert.equal((await stat(scaler)).mtimeMs, written);
  // Without the scaler the cube counts as interrupted and is finished again to the same bytes.
  await rm(scaler);
  await buildCube(study, await retrieveScenes(study));
  assert.deepEqual(await files(study.folder.cube), await files(join(folder, "one", "cube")));
});

test("sequences of single pixels equal those of blocks and stay in 0-1", async () => {
  const study = studyOf("one", 1);
  const cube = await openCube(study);
  const scaler = await readScaler(study);
  const pixels = Uint32Array.of(size * size - 1, 5, 5, 40 * size + 7);
  const few = await readSequences(cube, 2018, pixels, scaler, { time: true });
  const all = blockSequences(cube, 2018, await cube.year(2018).readBlock(0, size), scaler, {
    time: true,
  });
  const length = few.length / pixels.length;
  assert.equal(length, 20 * 21);
  pixels.forEach((pixel, i) => {
    assert.deepEqual(
      few.slice(i * length, (i + 1) * length),
      all.slice(pixel * length, (pixel + 1) * length),
    );
  });
  const bare = await readSequences(cube, 2018, pixels, scaler, { time: false });
  assert.equal(bare.length, pixels.length * 20 * 18);
  assert.ok(bare.every((value) => value >= 0 && value <= 1));
});

const python = join(packageRoot(), ".cache", "peers", "raster", "bin", "python");
const peer = `
import sys, zarr, json
g = zarr.open_group(sys.argv[1], mode="r")["2018"]
s = g["series"]
print(json.dumps(dict(shape=s.shape, names=s.metadata.dimension_names, bands=s.attrs["bands"],
  values=s[:, :, 31, 70].ravel().tolist(), last=s[:, :, -1, -1].ravel().tolist(),
  count=int(g["valid_count"][:].astype("int64").sum()), days=g.attrs["days"])))
`;
const skip = existsSync(python) ? false : "no zarr in .cache/peers/raster";

test("Python's zarr reads the same series", { skip }, async () => {
  const study = studyOf("one", 1);
  const cube = await openCube(study);
  const read = JSON.parse(
    execFileSync(python, ["-c", peer, study.folder.cube], { encoding: "utf8" }),
  );
  const block = await cube.year(2018).readBlock(0, size);
  const series = (pixel: number) =>
    Array.from({ length: 200 }, (_, i) => block.values[i * block.pixels + pixel]);
  assert.deepEqual(read.shape, [20, 10, size, size]);
  assert.deepEqual(read.names, ["date", "band", "y", "x"]);
  assert.deepEqual(read.bands, cube.variables);
  assert.deepEqual(read.values, series(31 * size + 70));
  assert.deepEqual(read.last, series(size * size - 1));
  const counts = await cube.year(2018).readValidCount();
  assert.equal(
    read.count,
    counts.reduce((a, b) => a + b, 0),
  );
});
