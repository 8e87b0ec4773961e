import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { readScaler } from "../../src/cube/scaler.js";
import { blockSequences, readSequences } from "../../src/cube/sequences.js";
import { packageRoot } from "../../src/packageRoot.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import type { Study } from "../../src/study/study.js";
import { filesOf } from "./filesOf.js";
import { size, studyOf, truth, writeScenes } from "./smallScenes.js";

const folder = await mkdtemp(join(tmpdir(), "cube-"));
after(() => rm(folder, { recursive: true, force: true }));

async function build(run: string, workers: number): Promise<Study> {
  const study = studyOf(folder, run, workers);
  await buildCube(study, await retrieveScenes(study));
  return study;
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
  assert.deepEqual(await filesOf(study.folder.cube), await filesOf(join(folder, "one", "cube")));
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
  assert.deepEqual(await filesOf(study.folder.cube), await filesOf(join(folder, "one", "cube")));
});

test("sequences of single pixels equal those of blocks and stay in 0-1", async () => {
  const study = studyOf(folder, "one", 1);
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
import sys, json, hashlib, zarr, xarray
g = zarr.open_group(sys.argv[1], mode="r")["2018"]
s = g["series"]
x = xarray.open_zarr(sys.argv[1], group="2018", consolidated=False)
print(json.dumps(dict(shape=s.shape, names=s.metadata.dimension_names, bands=s.attrs["bands"],
  values=s[:, :, 31, 70].ravel().tolist(), last=s[:, :, -1, -1].ravel().tolist(),
  sha={n: hashlib.sha256(g[n][:].tobytes()).hexdigest() for n in ["series", "flags", "features", "valid_count", "rules"]}, days=g.attrs["days"],
  time=[str(t)[:10] for t in x.time.values], x=x.x.values[[0, -1]].tolist(),
  y=x.y.values[[0, -1]].tolist(), epsg=int(x.spatial_ref),
  reflectance=x.series.values[:, 0, 31, 70].tolist())))
`;
const skip = existsSync(python) ? false : "no zarr in .cache/peers/raster, see make peers";

test("Python's zarr and xarray read the same arrays, dates and places", { skip }, async () => {
  const study = studyOf(folder, "one", 1);
  const cube = await openCube(study);
  const read = JSON.parse(
    execFileSync(python, ["-c", peer, study.folder.cube], { encoding: "utf8" }),
  );
  const block = await cube.year(2018).readBlock(0, size);
  const series = (pixel: number) =>
    Array.from({ length: 200 }, (_, i) => block.values[i * block.pixels + pixel]);
  assert.deepEqual(read.shape, [20, 10, size, size]);
  assert.deepEqual(read.names, ["time", "band", "y", "x"]);
  assert.deepEqual(read.bands, cube.variables);
  assert.deepEqual(read.values, series(31 * size + 70));
  assert.deepEqual(read.last, series(size * size - 1));
  const { days } = cube.year(2018);
  const start = Date.UTC(2017, 10, 1);
  assert.deepEqual(
    read.time,
    [...days].map((day) => new Date(start + (day - 1) * 86_400_000).toISOString().slice(0, 10)),
  );
  assert.deepEqual(
    [read.x, read.y],
    [
      [690015, 690905],
      [5126895, 5126005],
    ],
  );
  assert.equal(read.epsg, 32632);
  const first = series(31 * size + 70).filter((_, i) => i % 10 === 0);
  for (const [d, value] of first.entries()) {
    assert.ok(Math.abs(read.reflectance[d] - value! * 1e-4) < 1e-6);
  }
  const year = cube.year(2018);
  const { snowShare, waterShare } = await year.readRules();
  const sha = (...parts: (Int16Array | Uint8Array | Uint16Array | Float32Array)[]) => {
    const hash = createHash("sha256");
    for (const { buffer, byteOffset, byteLength } of parts) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return hash.digest("hex");
  };
  assert.deepEqual(read.sha, {
    series: sha(block.values),
    flags: sha(block.flags),
    features: sha(await year.readFeatures()),
    valid_count: sha(await year.readValidCount()),
    rules: sha(snowShare, waterShare),
  });
});
