import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readRaster } from "../../src/raster/readRaster.js";
import { readLocalCatalogue } from "../../src/scenes/localCatalogue.js";
import { decideOffset } from "../../src/scenes/offset.js";
import {
  ensureSimulatedRegion,
  type SimulatedRegion,
} from "../../src/simulate/ensureSimulatedRegion.js";
import { readChangePatches, readStorm, readTruth } from "../../src/simulate/truth.js";
import { spectraFolder } from "./spectraFolder.js";

const root = await mkdtemp(join(tmpdir(), "phenocover-simulate-"));
after(() => rm(root, { recursive: true }));

function make(folder: string, seed: number, workers: number): Promise<SimulatedRegion> {
  return ensureSimulatedRegion(
    { kind: "simulated", seed, size: 1000, spectra: spectraFolder },
    { years: [2018, 2019, 2020], cacheDir: join(root, folder), workers },
  );
}

/** Checksums of all files below a folder. */
async function checksums(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sums = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const sum = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    sums.set(path.slice(folder.length), sum);
  }
  return new Map([...sums].sort());
}

test("a region has the same bytes for one and two workers and after an interruption", async () => {
  const one = await make("one", 7, 1);
  const expected = await checksums(one.folder);
  const two = await make("two", 7, 2);
  assert.deepEqual(await checksums(two.folder), expected);

  // As after a crash: no marker, one scene without its item, one file cut short.
  const scenes = await readLocalCatalogue(two.catalogue);
  const { id } = scenes[5]!;
  await rm(join(two.folder, "complete.json"));
  await rm(join(two.catalogue, `${id}.json`));
  await writeFile(join(two.folder, "scenes", id, "red.tif"), "cut short");
  await make("two", 7, 2);
  assert.deepEqual(await checksums(two.folder), expected);

  const truth = await readTruth(one.folder, 2019);
  assert.equal(truth.length, 100 * 100);
  assert.ok(truth.every((value) => value >= 1 && value <= 11));
  const storm = await readStorm(one.folder);
  const patches = await readChangePatches(one.folder);
  const felled = patches.filter(({ kind }) => kind === "storm");
  assert.equal(
    felled.reduce((sum, { pixels }) => sum + pixels, 0),
    storm.reduce((sum, value) => sum + value, 0),
  );
});

test("the catalogue is that of two orbits with about 70 scenes a year, decided by R3 and R4", async () => {
  const { catalogue, folder, grid } = await make("one", 7, 1);
  const scenes = await readLocalCatalogue(catalogue);
  const perYear = scenes.filter(({ time }) => time.startsWith("2019")).length;
  assert.ok(perYear >= 65 && perYear <= 78, `${perYear} scenes in 2019`);
  assert.deepEqual([...new Set(scenes.map(({ orbit }) => orbit))].sort(), [22, 65]);
  const rules = new Map<string, number>();
  let partial = 0;
  let shifted = 0;
  let negative = 0;
  for (const scene of scenes) {
    assert.equal(scene.defect, null);
    const { rule, offset } = decideOffset(scene, "B04");
    rules.set(rule, (rules.get(rule) ?? 0) + 1);
    assert.equal(offset, scene.baseline!.major < 4 ? 0 : -1000);
    const red = await readRaster(join(folder, "scenes", scene.id, "red.tif"));
    const classes = await readRaster(join(folder, "scenes", scene.id, "scl.tif"));
    assert.equal(red.grid.width, grid.width);
    assert.equal(classes.grid.pixelWidth, 20);
    assert.equal(red.nodata, 0);
    const valid = [...red.bands[0]!].filter((value) => value > 0);
    if (valid.length < red.bands[0]!.length) partial++;
    if (rule === "R4") {
      shifted += valid.length;
      negative += valid.filter((value) => value < 1000).length;
    }
  }
  // Numbers below the shift mean negative reflectance, which is rare.
  assert.ok(negative < 0.03 * shifted, `${negative} of ${shifted}`);
  assert.deepEqual([...rules.keys()].sort(), ["R3", "R4"]);
  assert.ok(
    rules.get("R4")! >= 5 && partial >= 5,
    `${rules.get("R4")} shifted, ${partial} partial`,
  );
});

test("another seed makes another region; years and sizes it cannot have are refused", async () => {
  const one = await make("one", 7, 1);
  const other = await make("other", 8, 2);
  assert.notEqual(one.folder, other.folder);
  assert.notDeepEqual(await readTruth(one.folder, 2018), await readTruth(other.folder, 2018));
  const images = { kind: "simulated", seed: 1, size: 1000, spectra: spectraFolder } as const;
  const options = { years: [2017], cacheDir: root, workers: 1 };
  await assert.rejects(ensureSimulatedRegion(images, options), /years: 2017/);
});
