import { UsageError } from "../errors.js";
import { inSharedMemory } from "../parallel/shared.js";
import { runTasks } from "../parallel/tasks.js";
import type { Forest } from "./forest.js";
import type { PredictContext } from "./predictTask.js";
import { voteRows } from "./vote.js";

/** Rows of one task. */
export const taskRows = 8_192;

/**
 * Class shares of many rows, in threads.
 *
 * @param values rows [n][features]; rows in shared memory are not copied
 * @returns [n][classes], in shared memory
 * @throws DataError when a value is infinite, or missing where no value was missing in training
 */
export async function predictForest(
  forest: Forest,
  values: Float32Array,
  options: { readonly workers?: number; readonly signal?: AbortSignal } = {},
): Promise<Float32Array> {
  const { workers = 1, signal } = options;
  const rows = values.length / forest.features;
  if (!Number.isInteger(rows)) {
    throw new UsageError(
      "values",
      `${values.length} numbers are no whole rows of ${forest.features} features`,
    );
  }
  const shares = new Float32Array(new SharedArrayBuffer(rows * forest.classes * 4));
  if (workers <= 1 || rows <= taskRows) {
    voteRows(forest, values, 0, rows, shares);
    return shares;
  }
  await runTasks<number, void, PredictContext>({
    module: new URL("./predictTask.js", import.meta.url),
    name: "predictTask",
    tasks: Array.from({ length: Math.ceil(rows / taskRows) }, (_, task) => task * taskRows),
    context: { forest, values: inSharedMemory(values), shares },
    workers,
    ...(signal ? { signal } : {}),
  });
  return shares;
}
