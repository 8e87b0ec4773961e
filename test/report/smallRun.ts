import { writeAccuracyTables } from "../../src/assess/accuracyTable.js";
import { writeAgreementTables } from "../../src/assess/agreementTables.js";
import { writeChangeTables } from "../../src/assess/changeTable.js";
import { writeComparisonTables } from "../../src/assess/differences.js";
import { writeTransferTable } from "../../src/assess/transferTable.js";
import { defaultParameters, type Manifest } from "../../src/manifest/manifest.js";
import { writeChangeMap } from "../../src/maps/changeMap.js";
import { writeLabelMap } from "../../src/maps/labelMap.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { layBlocks } from "../../src/samples/blocks.js";
import { runFolder, type Study } from "../../src/study/study.js";

const legend = [
  { id: 2, name: "Grass", colour: "#C5F381" },
  { id: 8, name: "Conifers", colour: "#07362A" },
  { id: 10, name: "Water", colour: "#2665F1" },
];
const side = 64;

/** A study whose maps are the reference with errors: few in `multi-year`, more in `single-year`. */
export async function smallRun(root: string): Promise<Study> {
  const grid = gridFromBounds(32632, [600000, 5100000, 600640, 5100640], 10);
  const reference = `${root}/reference.tif`;
  const folder = runFolder(`${root}/run`);
  const manifest: Manifest = {
    file: "small.yaml",
    region: "small",
    title: "A small <test> region",
    area: { epsg: 32632, bounds: [600000, 5100000, 600640, 5100640], resolution: 10 },
    years: [2018, 2019, 2020],
    yearStart: "11-01",
    images: { kind: "stac", catalog: "none", collection: "none", maxCloud: 80 },
    labels: { kind: "clc", path: "none", year: 2018 },
    reference: {
      kind: "raster",
      path: reference,
      legend: { 1: "Grass", 2: "Conifers", 3: "Water" },
    },
    classes: legend,
    events: [],
    parameters: defaultParameters,
    files: [],
    attribution: "Made for this test.",
    licence: "none",
  };
  const years = manifest.years;
  const study = {
    manifest,
    grid,
    legend,
    years,
    seed: 1,
    parameters: defaultParameters,
    workers: 1,
    folder,
  };
  const land = Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return x < 8 ? 3 : Math.sin(x / 9) + Math.cos(y / 7) > 0 ? 2 : 1;
  });
  await writeCog(reference, { grid, bands: [land], nodata: 0, overviews: "none" });
  const { block } = layBlocks(grid);
  const set = Uint16Array.from(block, (number) => number % 3);
  await writeCog(folder.samples("blocks.tif"), {
    grid,
    bands: [block, set],
    bandNames: ["block", "set"],
    overviews: "none",
  });
  const ids = [0, 2, 8, 10];
  const random = createRandom(2);
  const noisy = (share: number) =>
    Uint8Array.from(land, (k) =>
      random.uniform() < share ? legend[random.integer(3)]!.id : ids[k]!,
    );
  const errors = { "multi-year": 0.06, "single-year": 0.15, forest: 0.12 };
  for (const [model, share] of Object.entries(errors)) {
    for (const year of years) await writeLabelMap(study, model, year, noisy(share));
    await writeChangeMap(study, model);
  }
  const first = noisy(0.1);
  for (const year of years) await writeLabelMap(study, "constant", year, first);
  for (const year of years.slice(1))
    await writeLabelMap(study, "single-year-2018", year, noisy(0.3));
  await writeAgreementTables(study);
  await writeAccuracyTables(study);
  await writeChangeTables(study);
  await writeComparisonTables(study);
  await writeTransferTable(study);
  return study;
}
