import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { runTasks } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { windowGrid } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import type { ChunkContext } from "./chunkTask.js";
import { blockChunks, type ChunkPlace, type PixelBlock } from "./layout.js";
import type { LoadTask, Observations } from "./loadTask.js";
import type { Build } from "./planBuild.js";

/** File that says that a block is stored. */
export function blockRecord({ folder }: Study, { row0, column0 }: PixelBlock): string {
  return join(folder.cube, "blocks", `${row0}-${column0}.json`);
}

/** Reads the observations of a block, fills its chunks and records that it is stored. */
export async function buildBlock(build: Build, block: PixelBlock): Promise<void> {
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
