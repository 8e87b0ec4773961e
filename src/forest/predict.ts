import { UsageError } from "../errors.js";
import { runTasks } from "../parallel/tasks.js";
import type { Forest } from "./forest.js";
import type { PredictContext } from "./predictTask.js";

/** Rows that go through a tree together: they and the tree stay in the processor's cache. */
const blockRows = 256;
/** Rows of one task. */
export const taskRows = 8_192;

/**
 * Mean class shares of all trees for the rows first..last-1.
 *
 * @param values rows [n][features]
 * @param shares filled: [n][classes], each row sums to 1
 */
export function voteRows(
  forest: Forest,
  values: Float32Array,
  first: number,
  last: number,
  shares: Float32Array,
): void {
  const { features, classes, roots, feature, threshold, next, leaves } = forest;
  const scale = 1 / roots.length;
  for (let from = first; from < last; from += blockRows) {
    const to = Math.min(last, from + blockRows);
    shares.fill(0, from * classes, to * classes);
    for (let t = 0; t < roots.length; t++) {
      const root = roots[t]!;
      for (let i = from; i < to; i++) {
        const row = i * features;
        let node = root;
        for (let f = feature[node]!; f >= 0; f = feature[node]!) {
          node = values[row + f]! > threshold[node]! ? next[node]! : node + 1;
        }
        const leaf = next[node]! * classes;
        const out = i * classes;
        for (let c = 0; c < classes; c++) shares[out + c]! += leaves[leaf + c]!;
      }
    }
    for (let i = from * classes; i < to * classes; i++) shares[i]! *= scale;
  }
}

/**
 * Class shares of many rows, in threads.
 *
 * @param values rows [n][features]; rows in shared memory are not copied
 * @returns [n][classes], in shared memory
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

function inSharedMemory(values: Float32Array): Float32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
