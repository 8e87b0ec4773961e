import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import type { Grid } from "../raster/grid.js";
import { windowGrid } from "../raster/readRaster.js";
import { epochDay } from "../scenes/mappingYear.js";
import type { Scene, SceneDecision } from "../scenes/scene.js";
import type { Study } from "../study/study.js";
import { eventPatterns, mostEvents } from "./eventPatterns.js";
import {
  type CubeLayout,
  cubeBlocks,
  cubeLayout,
  type PixelBlock,
  type YearArrays,
  yearArrays,
} from "./layout.js";
import type { LoadTask, Observations } from "./loadTask.js";
import { openCube } from "./openCube.js";
import { featureNames } from "./pixelStatistics.js";
import { fitScaler, scalerPath, writeScaler } from "./scaler.js";
import { createArray, writeGroup } from "./store.js";
import type { StripContext, StripTask } from "./stripTask.js";
import { planYear, sceneDays, type YearPlan } from "./yearPlan.js";

/** Changes when the same inputs give another cube. */
const cubeVersion = 1;

interface Progress {
  done: number;
  readonly total: number;
  readonly report: OnProgress | undefined;
}

interface Build {
  readonly study: Study;
  readonly scenes: readonly LoadTask[];
  readonly bands: readonly string[];
  readonly layout: CubeLayout;
  readonly arrays: YearArrays;
  readonly years: readonly YearPlan[];
  readonly patterns: Uint8Array;
  readonly progress: Progress;
}

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

async function planBuild(
  study: Study,
  decisions: readonly SceneDecision[],
  report: OnProgress | undefined,
): Promise<Build> {
  const { manifest, grid, years, parameters } = study;
  const used = decisions.filter(({ decision }) => decision === "use");
  const first = used[0];
  if (!first) throw new DataError(manifest.region, "no usable scene, expected at least one");
  const bands = Object.keys(first.scene.bands);
  for (const { scene } of used) {
    const own = Object.keys(scene.bands).join(" ");
    if (own !== bands.join(" ")) {
      throw new DataError(`scene ${scene.id}`, `bands ${own}, expected ${bands.join(" ")}`);
    }
  }
  const { events } = manifest;
  if (events.length > mostEvents) {
    throw new DataError("events", `${events.length} events, expected at most ${mostEvents}`);
  }
  const scenes = used.map(({ scene, offset }, position) => ({ scene, position, offset: offset! }));
  const layout = cubeLayout(grid, scenes.length * (2 * bands.length + 1));
  const days = sceneDays(scenes.map(({ scene }) => scene.time));
  const eventDays = events.map(({ date }) => epochDay(date));
  const dates = parameters.datesPerYear;
  const blocks = cubeBlocks(grid, layout);
  const chunks = blocks.reduce((sum, block) => sum + blockChunks(block, layout).length, 0);
  return {
    study,
    scenes,
    bands,
    layout,
    arrays: yearArrays(grid, layout, dates, bands, featureNames(bands)),
    years: years.map((year) => planYear(year, manifest.yearStart, dates, days, eventDays)),
    patterns: await eventPatterns(events, grid),
    progress: { done: 0, total: blocks.length * scenes.length + chunks, report },
  };
}

/** Everything that the stored bytes depend on, as a checksum. */
async function inputHash(build: Build): Promise<string> {
  const { study, scenes, layout, arrays, patterns } = build;
  const { manifest, grid, years, parameters } = study;
  const facts = {
    cubeVersion,
    grid,
    years,
    layout,
    arrays,
    yearStart: manifest.yearStart,
    dates: parameters.datesPerYear,
    events: manifest.events.map(({ date }) => date),
    patterns: createHash("sha256").update(patterns).digest("hex"),
    // Sizes stand for the files' content; paths and times would differ between equal runs.
    bytes: await Promise.all(scenes.map(({ scene }) => fileSizes(scene))),
    scenes: scenes.map(({ scene, offset }) => [
      scene.id,
      scene.time,
      offset,
      Object.values(scene.bands).map(({ scale, offset: added }) => [scale, added]),
      scene.mask && [scene.mask.invalid, scene.mask.dilate],
    ]),
  };
  return `${JSON.stringify({ sha256: createHash("sha256").update(JSON.stringify(facts)).digest("hex") })}\n`;
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

/** File that says that a block is stored. */
function blockRecord({ folder }: Study, { row0, column0 }: PixelBlock): string {
  return join(folder.cube, "blocks", `${row0}-${column0}.json`);
}

async function fileSizes({ bands, mask }: Scene): Promise<number[]> {
  const layers = [...Object.values(bands), ...(mask ? [mask] : [])];
  const paths = [...new Set(layers.map(({ path }) => path))];
  return Promise.all(
    paths.map(async (path) => {
      const found = await stat(path).catch((cause: unknown) => {
        throw new FileError(path, "cannot be read, expected a band of a scene", { cause });
      });
      return found.size;
    }),
  );
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

async function buildBlock(build: Build, block: PixelBlock): Promise<void> {
  const { study, scenes, bands, layout, progress } = build;
  const { folder, workers } = study;
  const done = blockRecord(study, block);
  const chunks = blockChunks(block, layout);
  const step = (note: string) => progress.report?.(++progress.done, progress.total, note);
  if (existsSync(done)) {
    progress.done += scenes.length + chunks.length;
    return;
  }
  const grid = windowGrid(study.grid, [block.column0, block.row0, block.column1, block.row1]);
  const observations = shareObservations(grid, bands, scenes.length);
  const clamped = await runTasks<LoadTask, number, Observations>({
    module: new URL("./loadTask.js", import.meta.url),
    name: "loadScene",
    tasks: scenes,
    context: observations,
    workers,
    onResult: () => step("scenes read"),
  });
  await runTasks<StripTask, void, StripContext>({
    module: new URL("./stripTask.js", import.meta.url),
    name: "buildChunk",
    tasks: chunks,
    context: {
      folder: folder.cube,
      block,
      layout,
      observations,
      scenes: scenes.length,
      dates: study.parameters.datesPerYear,
      years: build.years,
      arrays: build.arrays,
      patterns: cut(build.patterns, study.grid, block),
    },
    workers,
    onResult: () => step("chunks filled"),
  });
  const negative = clamped.reduce((sum, count) => sum + count, 0);
  await writeFileAtomic(done, `${JSON.stringify({ clampedNegative: negative })}\n`);
}

function shareObservations(grid: Grid, bands: readonly string[], scenes: number): Observations {
  const pixels = grid.width * grid.height;
  return {
    grid,
    bands,
    values: new Int16Array(new SharedArrayBuffer(scenes * bands.length * pixels * 2)),
    valid: new Uint8Array(new SharedArrayBuffer(scenes * pixels)),
  };
}

/** The chunks of a block. */
function blockChunks(block: PixelBlock, { chunkRows, chunkColumns }: CubeLayout): StripTask[] {
  const chunks: StripTask[] = [];
  for (let row = block.row0; row < block.row1; row += chunkRows) {
    for (let column = block.column0; column < block.column1; column += chunkColumns) {
      chunks.push({ chunkRow: row / chunkRows, chunkColumn: column / chunkColumns });
    }
  }
  return chunks;
}

/** The part of a per-pixel array that lies in a block. */
function cut(values: Uint8Array, { width }: Grid, block: PixelBlock): Uint8Array {
  const columns = block.column1 - block.column0;
  const out = new Uint8Array(columns * (block.row1 - block.row0));
  for (let row = block.row0; row < block.row1; row++) {
    const from = row * width;
    const to = (row - block.row0) * columns;
    out.set(values.subarray(from + block.column0, from + block.column1), to);
  }
  return out;
}
