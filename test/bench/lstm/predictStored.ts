import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openWorkers } from "../../../src/parallel/tasks.js";
import { bands, dates } from "../forest/seriesData.js";
import type { StoredPart, StoredSeries } from "./storedTask.js";

/** Pixels of a task. */
const together = 2_304;

/**
 * Opens the network and the stored series of a benchmark's folder on so many threads; the function
 * returned predicts all pixels and gives the first probability.
 */
export async function predictStored(
  folder: string,
  workers: number,
): Promise<() => Promise<number>> {
  const bytes = await readFile(join(folder, "block.i16"));
  const values = new Int16Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(values.buffer).set(bytes);
  const pixels = values.length / (dates * bands);
  const flags = new Uint8Array(new SharedArrayBuffer(dates * pixels)).fill(1);
  const context: StoredSeries = { folder, block: { pixels, values, flags } };
  const module = new URL("./storedTask.js", import.meta.url);
  const pool = openWorkers({ module, context, workers });
  const tasks = Array.from({ length: Math.ceil(pixels / together) }, (_, k): StoredPart => {
    return { first: k * together, last: Math.min(pixels, (k + 1) * together) };
  });
  const predict = async () => {
    const parts = await pool.run<StoredPart, Float32Array>("storedTask", tasks);
    return parts[0]![0]!;
  };
  await predict();
  return () => predict().finally(() => pool.close());
}
