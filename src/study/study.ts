import { join } from "node:path";
import type { Legend, Manifest, Parameters } from "../manifest/manifest.js";
import type { Grid } from "../raster/grid.js";

/** One study: a region's manifest, the years and seed asked for, and the folder its files go to. */
export interface Study {
  readonly manifest: Manifest;
  readonly grid: Grid;
  readonly legend: Legend;
  /** Mapping years in ascending order. */
  readonly years: readonly number[];
  /** Seed of cleaning, sampling, forests and networks. */
  readonly seed: number;
  readonly parameters: Parameters;
  /** Worker threads or processes used where work is parallel. */
  readonly workers: number;
  /** Memory that building the cube may take, bytes; 3 GiB where not stated. */
  readonly memory?: number;
  readonly folder: RunFolder;
}

/** Paths of a run folder. */
export interface RunFolder {
  readonly root: string;
  readonly scenes: string;
  readonly cube: string;
  readonly samples: (name: string) => string;
  readonly model: (model: string, file?: string) => string;
  readonly map: (model: string, file: string) => string;
  readonly table: (name: string) => string;
  readonly figure: (name: string) => string;
}

/** The layout of a run folder below `root`. */
export function runFolder(root: string): RunFolder {
  return {
    root,
    scenes: join(root, "scenes.csv"),
    cube: join(root, "cube"),
    samples: (name) => join(root, "samples", name),
    model: (model, file = "") => join(root, "models", model, file),
    map: (model, file) => join(root, "maps", model, file),
    table: (name) => join(root, "tables", name),
    figure: (name) => join(root, "figures", name),
  };
}
