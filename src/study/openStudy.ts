import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { ManifestError, UsageError } from "../errors.js";
import type { Overrides } from "../manifest/overrides.js";
import { readManifest } from "../manifest/readManifest.js";
import { gridFromBounds } from "../raster/grid.js";
import { runFolder, type Study } from "./study.js";

/** Smallest memory for building a cube, GiB. */
const leastMemory = 0.25;

/** What a notebook says about the study that it works on. */
export interface StudyOptions {
  /** Path of a manifest, or the name of a region of the package. */
  readonly manifest: string;
  /** Mapping years, a part of the manifest's; all of them by default or when empty. */
  readonly years?: readonly number[];
  /** Seed of cleaning, sampling, forests and networks; the manifest's by default. */
  readonly seed?: number;
  /** Folder of the run, relative to the working directory; `runs/<region>` by default. */
  readonly runDir?: string;
  /** Manifest values set from outside by dotted path. */
  readonly overrides?: Overrides;
  /** Worker threads or processes; the number of cores by default. */
  readonly workers?: number;
  /** Memory that building the cube may take, GiB from 0.25; 3 by default or when 0. */
  readonly memory?: number;
}

/**
 * Opens a study: reads and checks the manifest, chooses years and seed, and lays the grid over the
 * area. Nothing is written.
 *
 * @throws ManifestError when the manifest or the choice of years is wrong
 * @throws UsageError when seed, workers or memory are out of range
 */
export async function openStudy(options: StudyOptions): Promise<Study> {
  const manifest = readManifest(options.manifest, options.overrides);
  const years = options.years?.length ? [...options.years] : [...manifest.years];
  years.sort((a, b) => a - b);
  for (const [i, year] of years.entries()) {
    if (manifest.years.includes(year) && year !== years[i - 1]) continue;
    const found = year === years[i - 1] ? "is asked for twice" : "is asked for";
    const problem = `${year} ${found}, the region has ${manifest.years.join(", ")}`;
    throw new ManifestError(manifest.file, "years", problem);
  }
  if (!years.includes(manifest.labels.year)) {
    const problem = `${years.join(", ")} asked for without ${manifest.labels.year}, the year of the labels`;
    throw new ManifestError(manifest.file, "years", problem);
  }
  const seed = options.seed ?? manifest.parameters.seed;
  if (!Number.isInteger(seed) || seed < 0) {
    throw new UsageError("seed", `${seed} is not a whole number from 0`);
  }
  const workers = options.workers || availableParallelism();
  if (!Number.isInteger(workers) || workers < 1 || workers > 1024) {
    throw new UsageError("workers", `${workers} is not in 1..1024`);
  }
  const { memory } = options;
  if (memory !== undefined && memory !== 0 && !(memory >= leastMemory)) {
    throw new UsageError("memory", `${memory} GiB, expected at least ${leastMemory}`);
  }
  const { epsg, bounds, resolution } = manifest.area;
  const [width, height] =
    typeof resolution === "number" ? [resolution, resolution] : [resolution[0], resolution[1]];
  return {
    manifest,
    grid: gridFromBounds(epsg, bounds, width, height),
    legend: manifest.classes,
    years,
    seed,
    parameters: { ...manifest.parameters, seed },
    workers,
    ...(memory ? { memory: memory * 2 ** 30 } : {}),
    folder: runFolder(resolve(options.runDir || `runs/${manifest.region}`)),
  };
}
