import { defaultParameters, type Manifest } from "../../src/manifest/manifest.js";
import type { Grid } from "../../src/raster/grid.js";
import { runFolder, type Study } from "../../src/study/study.js";

/** A study of one year with as much of a manifest as a test needs; its legend is the manifest's. */
export function bareStudy(
  folder: string,
  grid: Grid,
  manifest: Partial<Manifest>,
  more: Partial<Pick<Study, "workers" | "memory">> = {},
): Study {
  const { classes = [] } = manifest;
  return {
    manifest: { file: "region.yaml", classes, ...manifest } as Manifest,
    grid,
    legend: classes,
    years: [2018],
    seed: 1,
    parameters: defaultParameters,
    workers: 1,
    ...more,
    folder: runFolder(folder),
  };
}
