import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { OnProgress } from "../progress.js";
import type { SceneDecision } from "../scenes/scene.js";
import type { Study } from "../study/study.js";
import { blockRecord, buildBlock } from "./buildBlock.js";
import { cubeBlocks } from "./layout.js";
import { openCube } from "./openCube.js";
import { type Build, inputHash, planBuild } from "./planBuild.js";
import { fitScaler, scalerPath, writeScaler } from "./scaler.js";
import { createArray, writeGroup } from "./store.js";

/**
 * Builds the gap-filled yearly series, percentile features, rule statistics and the scaler from the
 * scenes that are used, and stores them as zarr v3 under `cube/`.
 *
 * Works block by block: all observations of a block are read once into shared memory (at most
 * about 1.5 GB), then filled chunk by chunk. A complete cube of the same inputs is kept, finished
 * blocks of an interrupted one too. The bytes do not depend on the number of workers.
 *
 * @throws DataError when no scene is used, bands differ between scenes or a year stays empty
 */
export async function buildCube(
  study: Study,
  decisions: readonly SceneDecision[],
  options: { onProgress?: OnProgress } = {},
): Promise<void> {
  const build = await planBuild(study, decisions, options.onProgress);
  const { folder, years, grid } = study;
  const inputs = await inputHash(build);
  const record = join(folder.cube, "inputs.json");
  const known = existsSync(record) ? await readFile(record, "utf8") : "";
  if (known === inputs && existsSync(scalerPath(study))) return;
  if (known !== inputs) {
    await rm(folder.cube, { recursive: true, force: true });
    await describe(build);
    await writeFileAtomic(record, inputs);
  }
  for (const block of cubeBlocks(grid, build.layout)) await buildBlock(build, block);
  const cube = await openCube(study);
  for (const year of years) {
    const counts = await cube.year(year).readValidCount();
    if (!counts.some((count) => count > 0)) {
      const problem = "no pixel has a complete series, expected at least one valid date";
      throw new DataError(`year ${year} of ${study.manifest.region}`, problem);
    }
  }
  await writeRoot(build, await clampedValues(build));
  await writeScaler(study, await fitScaler(cube, study.manifest.region));
  await rm(join(folder.cube, "blocks"), { recursive: true, force: true });
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
    for (const [name, plan] of Object.entries(arrays)) {
      await createArray(folder.cube, `/${year}/${name}`, plan);
    }
  }
}
