import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../../src/packageRoot.js";
import type { Grid } from "../../src/raster/grid.js";
import { readRaster } from "../../src/raster/readRaster.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { pixelVerdict } from "../../src/scenes/offsetEvidence.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { catalogueBands } from "../../src/scenes/stacItem.js";
import { openStudy } from "../../src/study/openStudy.js";

const data = join(packageRoot(), "data-manifests", "data", "flanders-2018");
const root = mkdtempSync(join(tmpdir(), "phenocover-offset-"));
after(() => rmSync(root, { recursive: true, force: true }));

const times = readdirSync(join(data, "s2l2a_10m"))
  .map((name) => /\d{8}T\d{6}/.exec(name)![0])
  .sort();

interface Patch {
  readonly grid: Grid;
  readonly bands: readonly Uint16Array[];
  readonly classes: Uint8Array;
}

async function patch(time: string): Promise<Patch> {
  const image = await readRaster(join(data, "s2l2a_10m", `S2_${time}.tif`));
  const scl = await readRaster(join(data, "scl_10m", `SCL_${time}.tif`));
  return {
    grid: image.grid,
    bands: image.bands.map((band) => Uint16Array.from(band)),
    classes: Uint8Array.from(scl.bands[0]!),
  };
}

test("real pixels are told from the same pixels with the shift on every usable date", async () => {
  let usable = 0;
  for (const time of times) {
    const { bands, classes } = await patch(time);
    const statistics = (shift: number) => {
      let count = 0;
      let darkBlue = 0;
      let darkRed = 0;
      classes.forEach((value, i) => {
        if (value !== 4 && value !== 6) return;
        count++;
        if (bands[0]![i]! + shift < 1000) darkBlue++;
        if (bands[2]![i]! + shift < 1000) darkRed++;
      });
      return { count, needed: 400, darkBlue: darkBlue / count, darkRed: darkRed / count };
    };
    if (statistics(0).count < 400) continue;
    usable++;
    assert.equal(pixelVerdict(statistics(0)), "removed", time);
    assert.equal(pixelVerdict(statistics(1000)), "present", time);
  }
  assert.ok(usable >= 50, `${usable} usable dates`);
});

const names = "blue green red rededge1 rededge2 rededge3 nir nir08 swir16 swir22".split(" ");

/** Writes a real date as a catalogue would: shifted or not, with or without flag and originals. */
async function writeItem(
  time: string,
  facts: { shift: number; flag?: boolean; original?: number; grass?: boolean },
): Promise<void> {
  const { grid, bands, classes } = await patch(time);
  const image = (band: Uint16Array | Uint8Array, shift: number) => ({
    grid,
    bands: [shift === 0 ? band : Uint16Array.from(band, (value) => value + shift)],
    nodata: 0,
    overviews: "none" as const,
  });
  const folder = join(root, "files", time);
  mkdirSync(folder, { recursive: true });
  const assets: Record<string, { href: string }> = {};
  for (const [i, name] of names.entries()) {
    const href = join(folder, `${name}.tif`);
    await writeCog(href, image(bands[i]!, facts.shift));
    assets[name] = { href };
    if (facts.original === undefined) continue;
    const before = join(folder, `${name}-original.tif`);
    await writeCog(before, image(bands[i]!, facts.original));
    assets[`${name}-jp2`] = { href: before };
  }
  const scl = join(folder, "scl.tif");
  // Without vegetation and water the pixel test has nothing to say.
  await writeCog(
    scl,
    image(facts.grass === false ? classes.map((v) => (v === 4 || v === 6 ? 5 : v)) : classes, 0),
  );
  assets.scl = { href: scl };
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3T$4:$5:$6Z");
  const item = {
    type: "Feature",
    id: `S2_${time}`,
    collection: "sentinel-2-l2a",
    geometry: null,
    properties: {
      datetime: iso,
      platform: "sentinel-2a",
      "grid:code": "MGRS-31UDS",
      "s2:processing_baseline": "05.00",
      ...(facts.flag === undefined ? {} : { "earthsearch:boa_offset_applied": facts.flag }),
    },
    assets,
  };
  mkdirSync(join(root, "items"), { recursive: true });
  writeFileSync(join(root, "items", `${time}.json`), JSON.stringify(item));
}

test("a series that mixes shifted and corrected files shows no step", async () => {
  const clear: string[] = [];
  for (const time of times.filter((one) => one.startsWith("2018"))) {
    const { classes } = await patch(time);
    if (classes.filter((value) => value === 4).length > 2500) clear.push(time);
  }
  const [a, b, c, d, e, f, g] = clear as [string, string, string, string, string, string, string];
  await writeItem(a, { shift: 0, flag: true });
  await writeItem(b, { shift: 0, flag: false });
  await writeItem(c, { shift: 1000, flag: false });
  await writeItem(d, { shift: 1000, flag: true, original: 1000 });
  await writeItem(e, { shift: 0, grass: false, original: 1000 });
  await writeItem(f, { shift: 1000, grass: false });
  await writeItem(g, { shift: 1000 });
  const manifest = join(root, "mixed.yaml");
  writeFileSync(
    manifest,
    `region: mixed
title: Real pixels, some of them shifted
area: {epsg: 32631, bounds: [501360, 5629040, 502000, 5629680], resolution: 10}
years: [2018]
images: {kind: stac, catalog: items, collection: sentinel-2-l2a}
labels: {kind: raster, path: ${join(data, "LC.tif")}, year: 2018, legend: {11: cropland, 13: grassland}}
classes: [{id: 11, name: cropland, colour: "#F9BC34"}, {id: 13, name: grassland, colour: "#C5F381"}]
`,
  );
  const study = await openStudy({ manifest, runDir: join(root, "run"), workers: 1 });
  const decisions = await retrieveScenes(study);
  assert.deepEqual(
    decisions.map(({ offsetRule, offset, decision }) => `${offsetRule} ${offset} ${decision}`),
    [
      "R5 0 use",
      "R6 0 use",
      "R7 -1000 use",
      "R9 -1000 use",
      "R8 0 use",
      "R8 null hold",
      "R7 -1000 use",
    ],
  );
  for (const { scene, offset } of decisions.filter(({ decision }) => decision === "use")) {
    const time = scene.id.slice(3);
    const stored = await readRaster(scene.bands.B04!.path);
    const real = (await patch(time)).bands[catalogueBands.indexOf("B04")]!;
    assert.deepEqual(
      Array.from(stored.bands[0]!, (value) => value + offset!),
      Array.from(real),
      time,
    );
  }
});
