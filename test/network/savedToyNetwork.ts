import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { buildNetwork } from "../../src/network/model.js";
import { saveNetwork } from "../../src/network/networkFiles.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

/** An untrained network of 7 classes in a folder that goes with the test, and series for it. */
export async function savedToyNetwork(context: TestContext, samples: number) {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  context.after(() => rm(folder, { recursive: true }));
  const engine = await loadTensorFlow({ announce: false });
  const { values, dates, channels } = toySeries(samples, createRandom(1));
  const shape = { dates, channels, units: 24, classes: 7 };
  const model = buildNetwork(engine, shape, createRandom(2));
  await saveNetwork(engine, model, folder);
  return { folder, engine, model, values, dates, channels };
}
