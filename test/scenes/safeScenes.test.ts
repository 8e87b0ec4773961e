import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { decideOffset } from "../../src/scenes/offset.js";
import { readSafeFolders } from "../../src/scenes/safeScenes.js";

const root = mkdtempSync(join(tmpdir(), "phenocover-safe-"));
after(() => rmSync(root, { recursive: true, force: true }));

const bands =
  "B02_10m B03_10m B04_10m B08_10m B05_20m B06_20m B07_20m B8A_20m B11_20m B12_20m SCL_20m";

/** A product with empty images and the metadata fields that are read. */
function product(folder: string, baseline: string, offsets: string, lost = ""): string {
  const code = `N${baseline.replace(".", "")}`;
  const name = `S2A_MSIL2A_20200711T101031_${code}_R022_T32TPS_20230413T212505.SAFE`;
  const images = bands.split(" ").map((band) => {
    const place = `GRANULE/L2A_T32TPS_A026390_20200711T101025/IMG_DATA/R${band.slice(4)}`;
    return `${place}/T32TPS_20200711T101031_${band}`;
  });
  for (const image of images) {
    if (lost && image.includes(lost)) continue;
    const path = join(root, folder, name, `${image}.jp2`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const xml = `<n1:Level-2A_User_Product><PRODUCT_START_TIME>2020-07-11T10:10:31.024Z</PRODUCT_START_TIME>
<PRODUCT_URI>${name}</PRODUCT_URI><PROCESSING_BASELINE>${baseline}</PROCESSING_BASELINE>
<GENERATION_TIME>2023-04-13T21:25:05.000000Z</GENERATION_TIME>
<Datatake datatakeIdentifier="GS2A_20200711T101031_026390_N${baseline}"><SPACECRAFT_NAME>Sentinel-2A</SPACECRAFT_NAME>
<SENSING_ORBIT_NUMBER>22</SENSING_ORBIT_NUMBER></Datatake>
${images.map((image) => `<IMAGE_FILE>${image}</IMAGE_FILE>`).join("")}
<BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>${offsets}
<EXT_POS_LIST>46.9 10.3 46.9 11.8 45.9 11.7 45.9 10.3 46.9 10.3 </EXT_POS_LIST>
<Cloud_Coverage_Assessment>12.5</Cloud_Coverage_Assessment></n1:Level-2A_User_Product>`;
  writeFileSync(join(root, folder, name, "MTD_MSIL2A.xml"), xml);
  return join(root, folder);
}

test("a delivered product becomes a scene whose offset its own metadata state", async () => {
  const list = Array.from(
    { length: 13 },
    (_, i) => `<BOA_ADD_OFFSET band_id="${i}">-1000</BOA_ADD_OFFSET>`,
  );
  const [late] = await readSafeFolders(product("late", "05.00", list.join("")));
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
  const [scene] = await readSafeFolders(product("lost", "02.14", "", "B8A"));
  assert.equal(scene!.defect, "no file for B8A");
  await assert.rejects(readSafeFolders(tmpdir()), /no \*\.SAFE, expected Sentinel-2 products/);
});
