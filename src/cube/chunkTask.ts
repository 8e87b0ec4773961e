import type { TaskContext } from "../parallel/tasks.js";
import { type BuildContext, blockObservations } from "./buildContext.js";
import { missingValue } from "./cube.js";
import { type ChunkOutput, fillChunk } from "./fillChunk.js";
import type { ChunkPlace, PixelBlock, YearArrays } from "./layout.js";
import { writeChunk } from "./store.js";

/** A chunk to be filled from the observations of its block. */
export interface ChunkTask extends ChunkPlace {
  readonly block: PixelBlock;
}

/**
 * Fills the series of a chunk for every year, computes its statistics and stores both. Reports the
 * number of pixels filled now and then.
 */
export async function buildChunk(
  { chunkRow, chunkColumn, block }: ChunkTask,
  { context, report }: TaskContext<BuildContext>,
): Promise<void> {
  const outputs = context.years.map(() => emptyChunk(context));
  const input = { ...context, block, observations: blockObservations(context, block) };
  fillChunk(input, chunkRow, chunkColumn, outputs, report);
  for (const [y, { year }] of context.years.entries()) {
    for (const [name, plan] of Object.entries(context.arrays)) {
      const data = outputs[y]![name as keyof YearArrays];
      const at = [...plan.shape.slice(0, -2).map(() => 0), chunkRow, chunkColumn];
      await writeChunk(context.folder, `${year}/${name}`, plan, at, data);
    }
  }
}

function emptyChunk({ arrays }: BuildContext): ChunkOutput {
  const size = (name: keyof YearArrays) => arrays[name].chunks.reduce((a, b) => a * b, 1);
  return {
    series: new Int16Array(size("series")).fill(missingValue),
    flags: new Uint8Array(size("flags")),
    features: new Float32Array(size("features")).fill(Number.NaN),
    valid_count: new Uint16Array(size("valid_count")),
    rules: new Float32Array(size("rules")).fill(Number.NaN),
  };
}
