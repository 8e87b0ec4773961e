import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { runTasks } from "../parallel/tasks.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import { windowGrid } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import type { ChunkContext } from "./chunkTask.js";
import { blockChunks, type ChunkPlace, type PixelBlock } from "./layout.js";
import type { LoadReport, LoadTask, Observations } from "./loadTask.js";
import { type Build, fillWork } from "./planBuild.js";

/** File that says that a block is stored; another memory cuts other blocks. */
export function blockRecord({ folder }: Study, block: PixelBlock): string {
  const { row0, row1, column0, column1 } = block;
  return join(folder.cube, "blocks", `${row0}-${row1}-${column0}-${column1}.json`);
}

/** Shared memory for the observations of any block of a build. */
export interface ObservationMemory {
  readonly values: SharedArrayBuffer;
  readonly valid: SharedArrayBuffer;
}

/** Memory for the largest block of a build: one for all blocks, so that none waits to be collected. */
export function observationMemory({ study, scenes, bands, layout }: Build): ObservationMemory {
  const pixels =
    Math.min(layout.blockRows, study.grid.height) * Math.min(layout.blockColumns, study.grid.width);
  return {
    values: new SharedArrayBuffer(scenes.length * bands.length * pixels * 2),
    valid: new SharedArrayBuffer(scenes.length * pixels),
  };
}

/**
 * Reads the observations of a block, fills its chunks and records that it is stored; a block that is
 * stored already is left alone.
 *
 * @returns bytes read from scene files
 */
export async function buildBlock(
  build: Build,
  block: PixelBlock,
  memory: ObservationMemory,
): Promise<number> {
  const { study, scenes, bands, layout, progress } = build;
  const { folder, workers } = study;
  const done = blockRecord(study, block);
  const chunks = blockChunks(block, layout);
  const grid = windowGrid(study.grid, [block.column0, block.row0, block.column1, block.row1]);
  const pixels = pixelCount(grid);
  const step = (work: number, note: string) => {
    progress.done += work;
    progress.report?.(progress.done, progress.total, note);
  };
  if (existsSync(done)) {
    step(pixels * scenes.length * (1 + fillWork), "blocks kept");
    return 0;
  }
  const observations: Observations = {
    grid,
    bands,
    values: new Int16Array(memory.values, 0, scenes.length * bands.length * pixels),
    valid: new Uint8Array(memory.valid, 0, scenes.length * pixels),
  };
  const reports = await runTasks<LoadTask, LoadReport, Observations>({
    module: new URL("./loadTask.js", import.meta.url),
    name: "loadScene",
    tasks: scenes,
    context: observations,
    workers,
    onResult: () => step(pixels, "scenes read"),
  });
  await runTasks<ChunkPlace, void, ChunkContext>({
    module: new URL("./chunkTask.js", import.meta.url),
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
    onMessage: (_, filled) => step(Number(filled) * scenes.length * fillWork, "series filled"),
  });
  const sum = (key: keyof LoadReport) => reports.reduce((total, one) => total + one[key], 0);
  await writeFileAtomic(done, `${JSON.stringify({ clampedNegative: sum("clamped") })}\n`);
  return sum("bytes");
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
