import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { defaultParameters, type Legend, type Parameters } from "../../src/manifest/manifest.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { runFolder, type Study } from "../../src/study/study.js";

export const grassWaterRock: Legend = [
  { id: 2, name: "Grass", colour: "#C5F381" },
  { id: 10, name: "Water", colour: "#2665F1" },
  { id: 5, name: "Rocks", colour: "#939191" },
];

/** A study of `width` x `height` pixels of 10 m in a folder that goes when the test ends. */
export async function smallStudy(
  context: TestContext,
  options: {
    width: number;
    height: number;
    years?: number[];
    seed?: number;
    workers?: number;
    parameters?: Partial<Parameters>;
  },
): Promise<Study> {
  const { width, height, years = [2018, 2019], seed = 1, workers = 2 } = options;
  const root = await mkdtemp(join(tmpdir(), "samples-"));
  context.after(() => rm(root, { recursive: true, force: true }));
  const parameters = { ...defaultParameters, trees: 10, ...options.parameters };
  const bounds = [0, 0, width * 10, height * 10] as const;
  return {
    manifest: {
      file: "test.yaml",
      region: "test",
      title: "test",
      area: { epsg: 32632, bounds, resolution: 10 },
      years,
      yearStart: "01-01",
      images: { kind: "simulated", seed: 1, size: width * 10, spectra: "" },
      labels: { kind: "simulated", year: 2018 },
      reference: null,
      classes: grassWaterRock,
      events: [],
      parameters,
      files: [],
      attribution: "",
      licence: "",
    },
    grid: gridFromBounds(32632, bounds, 10),
    legend: grassWaterRock,
    years,
    seed,
    parameters,
    workers,
    folder: runFolder(root),
  };
}
