import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import type { Workers } from "../parallel/tasks.js";
import type { Study } from "../study/study.js";
import type { ChunkTask } from "./chunkTask.js";
import { blockChunks, type PixelBlock } from "./layout.js";
import type { LoadReport, LoadTask } from "./loadTask.js";
import { type Build, fillWork } from "./planBuild.js";

/** File that says that a block is stored; another memory cuts other blocks. */
export function blockRecord({ folder }: Study, block: PixelBlock): string {
  const { row0, row1, column0, column1 } = block;
  return join(folder.cube, "blocks", `${row0}-${row1}-${column0}-${column1}.json`);
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
  workers: Workers,
): Promise<number> {
  const { study, scenes, layout, progress } = build;
  const done = blockRecord(study, block);
  const pixels = (block.row1 - block.row0) * (block.column1 - block.column0);
  const step = (work: number, note: string) => {
    progress.done += work;
    progress.report?.(progress.done, progress.total, note);
  };
  if (existsSync(done)) {
    step(pixels * scenes.length * (1 + fillWork), "blocks kept");
    return 0;
  }
  const reports = await workers.run<LoadTask, LoadReport>(
    "loadScene",
    scenes.map((scene) => ({ ...scene, block })),
    { onResult: () => step(pixels, "scenes read") },
  );
  await workers.run<ChunkTask, void>(
    "buildChunk",
    blockChunks(block, layout).map((chunk) => ({ ...chunk, block })),
    {
      onMessage: (_, filled) => step(Number(filled) * scenes.length * fillWork, "series filled"),
    },
  );
  const sum = (key: keyof LoadReport) => reports.reduce((total, one) => total + one[key], 0);
  await writeFileAtomic(done, `${JSON.stringify({ clampedNegative: sum("clamped") })}\n`);
  return sum("bytes");
}
