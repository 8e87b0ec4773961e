import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Workers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { mappingYear } from "../scenes/mappingYear.js";
import type { SceneDecision } from "../scenes/scene.js";
import type { Study } from "../study/study.js";
import { blockRecord, buildBlock } from "./buildBlock.js";
import { openBuildWorkers } from "./buildContext.js";
import { writeCoordinates } from "./coordinates.js";
import type { Cube } from "./cube.js";
import { cubeBlocks } from "./layout.js";
import { openCube } from "./openCube.js";
import { type Build, inputHash, planBuild } from "./planBuild.js";
import { fitScaler, type Scaler, scalerPath, writeScaler } from "./scaler.js";
import { createArray, writeGroup } from "./store.js";

/** What building a cube took. */
export interface CubeReport {
  /** Scenes that the cube is made from. */
  readonly scenes: number;
  /** Bytes read from their files; 0 where a complete cube was kept. */
  readonly bytesRead: number;
}

/**
 * Builds the gap-filled yearly series, percentile features, rule statistics and the scaler from the
 * scenes that are used, and stores them as zarr v3 under `cube/`, a group a year.
 *
 * Works block by block: all observations of a block are read once into shared memory of half the
 * study's memory, then filled chunk by chunk. A complete cube of the same inputs is kept, finished
 * blocks of an interrupted one too. The bytes depend neither on workers nor on memory.
 *
 * @throws DataError when no scene is used, bands differ between scenes or a year stays empty
 */
export async function buildCube(
  study: Study,
  decisions: readonly SceneDecision[],
  options: { onProgress?: OnProgress } = {},
): Promise<CubeReport> {
  const build = await planBuild(study, decisions, options.onProgress);
  const { folder, grid } = study;
  const scenes = build.scenes.length;
  const inputs = await inputHash(build);
  const record = join(folder.cube, "inputs.json");
  const known = existsSync(record) ? await readFile(record, "utf8") : "";
  if (known === inputs) await removeUnfinished(folder.cube);
  if (known === inputs && existsSync(scalerPath(study))) {
    await rm(join(folder.cube, "blocks"), { recursive: true, force: true });
    return { scenes, bytesRead: 0 };
  }
  if (known !== inputs) {
    await rm(folder.cube, { recursive: true, force: true });
    await describe(build);
    await writeFileAtomic(record, inputs);
  }
  const pool = openBuildWorkers(build);
  let bytesRead = 0;
  try {
    for (const block of cubeBlocks(grid, build.layout)) {
      bytesRead += await buildBlock(build, block, pool);
    }
    const cube = await openCube(study);
    await checkYears(study, cube);
    await writeRoot(build, await clampedValues(build));
    await writeScaler(study, await scalerOf(build, cube, pool));
  } finally {
    pool.close();
  }
  await rm(join(folder.cube, "blocks"), { recursive: true, force: true });
  return { scenes, bytesRead };
}

/** Removes what a killed process was writing: files that never got their final name. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith(".part")) await rm(join(folder, name), { force: true });
  }
}

async function checkYears({ manifest }: Study, cube: Cube): Promise<void> {
  for (const year of cube.years) {
    const counts = await cube.year(year).readValidCount();
    if (counts.some((count) => count > 0)) continue;
    const problem = "no pixel has a complete series, expected at least one valid date";
    throw new DataError(`year ${year} of ${manifest.region}`, problem);
  }
}

function scalerOf({ study, progress }: Build, cube: Cube, pool: Workers): Promise<Scaler> {
  const before = progress.done;
  return fitScaler(cube, study.manifest.region, pool, (done, total, note) => {
    const now = before + ((progress.total - before) * done) / total;
    progress.report?.(now, progress.total, note);
  });
}

/** The cube's own group; `clampedNegative` counts usable values that an offset took below 0. */
async function writeRoot({ study, bands }: Build, clampedNegative: number): Promise<void> {
  const { folder, grid, manifest, years } = study;
  const { region, yearStart } = manifest;
  const attributes = { region, grid, bands, years, yearStart, clampedNegative };
  await writeGroup(folder.cube, "/", attributes);
}

async function clampedValues({ study, layout }: Build): Promise<number> {
  let sum = 0;
  for (const block of cubeBlocks(study.grid, layout)) {
    sum += JSON.parse(await readFile(blockRecord(study, block), "utf8")).clampedNegative;
  }
  return sum;
}

async function describe(build: Build): Promise<void> {
  const { study, arrays, years, scenes } = build;
  const { folder } = study;
  await writeRoot(build, 0);
  for (const { year, first, last, fills } of years) {
    await writeGroup(folder.cube, `/${year}`, {
      year,
      days: [...fills[0]!.dates],
      scenes: scenes.slice(first, last).map(({ scene }) => scene.id),
    });
    const { start } = mappingYear(year, study.manifest.yearStart);
    await writeCoordinates(
      folder.cube,
      year,
      study.grid,
      fills[0]!.dates.map((day) => start + day - 1),
    );
    for (const [name, plan] of Object.entries(arrays)) {
      await createArray(folder.cube, `/${year}/${name}`, plan);
    }
  }
}
