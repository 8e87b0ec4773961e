import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { packageRoot } from "../../src/packageRoot.js";
import type { TaskContext } from "../../src/parallel/tasks.js";
import { type Grid, gridFromBounds } from "../../src/raster/grid.js";
import { readRaster } from "../../src/raster/readRaster.js";
import { checkFiles, readMultihash } from "../../src/scenes/checksums.js";
import { measureScene } from "../../src/scenes/measureTask.js";
import { decideOffset } from "../../src/scenes/offset.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { readSafeFolders } from "../../src/scenes/safeScenes.js";
import { openStudy } from "../../src/study/openStudy.js";
import { recorded } from "../catalogue/recorded.js";

const root = mkdtempSync(join(tmpdir(), "phenocover-safe-"));
after(() => rmSync(root, { recursive: true, force: true }));

const bands =
  "B02_10m B03_10m B04_10m B08_10m B05_20m B06_20m B07_20m B8A_20m B11_20m B12_20m SCL_20m";

const band = (image: string) => /_(\w{3})_\d\dm$/.exec(image)![1];
const golden = join(packageRoot(), "test", "raster", "golden", "jpeg2000");

/** A product with the metadata fields that are read and small images. */
function product(
  folder: string,
  baseline: string,
  offsets: string,
  { lost = "", day = "11" } = {},
): string {
  const code = `N${baseline.replace(".", "")}`;
  const name = `S2A_MSIL2A_202007${day}T101031_${code}_R022_T32TPS_20230413T212505.SAFE`;
  const images = bands.split(" ").map((band) => {
    const place = `GRANULE/L2A_T32TPS_A026390_20200711T101025/IMG_DATA/R${band.slice(4)}`;
    return `${place}/T32TPS_20200711T101031_${band}`;
  });
  for (const image of images) {
    if (lost && image.includes(lost)) continue;
    const path = join(root, folder, name, `${image}.jp2`);
    mkdirSync(dirname(path), { recursive: true });
    const like = band(image) === "SCL" ? "classes" : image.endsWith("20m") ? "coarse" : "walked";
    copyFileSync(join(golden, `${like}.jp2`), path);
  }
  const xml = `<n1:Level-2A_User_Product><PRODUCT_START_TIME>2020-07-${day}T10:10:31.024Z</PRODUCT_START_TIME>
<PRODUCT_URI>${name}</PRODUCT_URI><PROCESSING_BASELINE>${baseline}</PROCESSING_BASELINE>
<GENERATION_TIME>2023-04-13T21:25:05.000000Z</GENERATION_TIME>
<Datatake datatakeIdentifier="GS2A_202007${day}T101031_026390_N${baseline}"><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME>
<SENSING_ORBIT_NUMBER>22</SENSING_ORBIT_NUMBER></Datatake>
${images.map((image) => `<IMAGE_FILE>${image}</IMAGE_FILE>`).join("")}
<BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>${offsets}
<EXT_POS_LIST>46.9 10.3 46.9 11.8 45.9 11.7 45.9 10.3 46.9 10.3 </EXT_POS_LIST>
<Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment></n1:Level-2A_User_Product>`;
  writeFileSync(join(root, folder, name, "MTD_MSIL2A.xml"), xml);
  const listed = images.map((image) => {
    const path = join(root, folder, name, `${image}.jp2`);
    if (!existsSync(path)) return "";
    const content = readFileSync(path);
    const sum = createHash("sha3-256").update(content).digest("hex").toUpperCase();
    return `<dataObject ID="a"><byteStream mimeType="application/octet-stream" size="${content.length}">
<fileLocation locatorType="URL" href="./${image}.jp2"/><checksum checksumName="SHA3-256">${sum}</checksum></byteStream></dataObject>`;
  });
  writeFileSync(join(root, folder, name, "manifest.safe"), listed.join("\n"));
  return join(root, folder);
}

/** The list of offsets that products from baseline 04.00 on carry. */
const shift = Array.from(
  { length: 13 },
  (_, i) => `<BOA_ADD_OFFSET band_id="${i}">-1000</BOA_ADD_OFFSET>`,
).join("");

test("a delivered product becomes a scene whose offset its own metadata state", async () => {
  const [late] = await readSafeFolders(product("late", "05.00", shift));
  assert.deepEqual(
    [late!.tile, late!.orbit, late!.platform, late!.datatake, late!.tileCloud, late!.defect],
    ["32TPS", 22, "sentinel-2a", "GS2A_20200711T101031_026390", 12.5, null],
  );
  assert.deepEqual(decideOffset(late!, "B04"), {
    rule: "R2",
    offset: -1000,
    evidence: "MTD_MSIL2A.xml: BOA_ADD_OFFSET -1000",
  });
  assert.match(late!.bands.B8A!.path, /R20m\/T32TPS_20200711T101031_B8A_20m\.jp2$/);
  assert.deepEqual((late!.footprint!.coordinates as number[][][])[0]![0], [10.3, 46.9]);
  const [old] = await readSafeFolders(product("old", "02.14", ""));
  assert.deepEqual([decideOffset(old!, "B12").rule, decideOffset(old!, "B12").offset], ["R2", 0]);
});

test("a lost image is named, a folder without products refused", async () => {
  const [scene] = await readSafeFolders(product("lost", "02.14", "", { lost: "B8A" }));
  assert.equal(scene!.defect, "no file for B8A");
  await assert.rejects(readSafeFolders(tmpdir()), /no \*\.SAFE, expected Sentinel-2 products/);
});

test("products with their JPEG 2000 images give a cube with the offset of each taken off", async () => {
  product("region", "05.00", shift, { day: "01" });
  product("region", "02.14", "", { day: "11" });
  product("region", "05.00", shift, { day: "21" });
  const manifest = join(root, "region.yaml");
  writeFileSync(
    manifest,
    `region: region
title: Delivered products
area: {epsg: 32632, bounds: [600300, 5098200, 601600, 5099600], resolution: 10}
years: [2020]
images: {kind: safe, path: region}
labels: {kind: clc, path: ${join(golden, "classes.jp2")}, year: 2020}
`,
  );
  const study = await openStudy({ manifest, runDir: join(root, "run"), workers: 1 });
  const decisions = await retrieveScenes(study);
  assert.deepEqual(
    decisions.map(({ offsetRule, offset, decision }) => `${offsetRule} ${offset} ${decision}`),
    ["R2 -1000 use", "R2 0 use", "R2 -1000 use"],
  );
  assert.ok(decisions.every(({ validShare }) => validShare! > 0.3 && validShare! < 1));
  await buildCube(study, decisions);
  const cube = await openCube(study);
  const { days } = cube.year(2020);
  const { values, pixels } = await cube.year(2020).readBlock(0, study.grid.height);
  const counts = await cube.year(2020).readValidCount();
  const red = (await readRaster(join(golden, "walked.jp2"))).bands[0]!;
  let checked = 0;
  counts.forEach((count, pixel) => {
    if (count !== 3) return;
    const row = 40 + Math.floor(pixel / study.grid.width);
    const stored = red[row * 180 + 30 + (pixel % study.grid.width)]!;
    // The first date of the year is held from the first product, one of July 11 has no offset.
    const first = values[cube.variables.indexOf("B04") * pixels + pixel]!;
    assert.ok(Math.abs(first - Math.max(0, stored - 1000)) <= 1, `${first} of ${stored}`);
    checked++;
  });
  assert.ok(checked > 5000 && days.length === 20, `${checked} pixels`);
});

test("a file that is not what the product lists is told by size when measured, by checksum when read", async () => {
  product("sums", "02.14", "", { day: "05" });
  product("sums", "02.14", "", { day: "06" });
  const scenes = await readSafeFolders(join(root, "sums"));
  const outcomes = async () => {
    const checks = await checkFiles(scenes);
    return checks.filter(({ outcome }) => outcome !== "sound");
  };
  assert.equal((await checkFiles(scenes)).length, 22);
  assert.deepEqual(await outcomes(), []);
  const { path } = scenes[1]!.bands.B04!;
  const content = readFileSync(path);
  content[content.length - 100]! ^= 1;
  writeFileSync(path, content);
  const [differs, ...others] = await outcomes();
  assert.deepEqual([differs!.path, differs!.outcome, others.length], [path, "differs", 0]);
  assert.match(differs!.problem, /^sha3-256 is [0-9a-f]{64}, stated is [0-9a-f]{64}$/);
  writeFileSync(path, content.subarray(0, 5000));
  const grid = gridFromBounds(32632, [600300, 5098200, 601600, 5099600], 10);
  const measured = await measureScene(scenes[1]!, { context: grid } as TaskContext<Grid>);
  assert.equal(
    measured.defect,
    `file of B04 has 5000 bytes, its catalogue states ${content.length}`,
  );
  rmSync(path);
  assert.equal((await outcomes())[0]!.problem, "is missing");
});

test("multihashes of catalogues are read; unknown and inconsistent ones say nothing", () => {
  const [red] = recorded
    .earthSearchPage()
    .features.filter(({ collection }) => collection === "sentinel-2-c1-l2a")
    .map(({ assets }) => assets.red!["file:checksum"]!);
  assert.deepEqual(readMultihash(red!), { algorithm: "sha256", digest: red!.slice(4) });
  const { assets } = recorded.dataSpace();
  assert.equal(readMultihash(assets.B02_10m!["file:checksum"]!)?.algorithm, "sha3-256");
  assert.equal(readMultihash(`d50110${"a".repeat(32)}`)?.algorithm, "md5");
  for (const text of [`d50120${"0".repeat(64)}`, `1220${"0".repeat(62)}`, "1e20ab", "", null]) {
    assert.equal(readMultihash(text), null);
  }
});
