import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lstmKernel } from "../../src/engine/lstmKernel.js";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { FileError } from "../../src/errors.js";
import { compileNetwork } from "../../src/network/compiledNetwork.js";
import { buildNetwork } from "../../src/network/model.js";
import { readNetworkFiles, saveNetwork } from "../../src/network/networkFiles.js";
import { openPredictor } from "../../src/network/openPredictor.js";
import { predictNetwork } from "../../src/network/predict.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

test("a saved network gives TensorFlow's probabilities without TensorFlow", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  context.after(() => rm(folder, { recursive: true }));
  const engine = await loadTensorFlow({ announce: false });
  const { values, dates, channels } = toySeries(3000, createRandom(1));
  const shape = { dates, channels, units: 24, classes: 7 };
  const model = buildNetwork(engine, shape, createRandom(2));
  await saveNetwork(engine, model, folder);
  const expected = await predictNetwork(engine, model, values);
  const { predict } = await openPredictor(folder, () => {});
  const found = await predict(values);
  const size = dates * channels;
  assert.ok(found.every((p, i) => Math.abs(p - expected[i]!) < 1e-6));
  assert.deepEqual(
    await predict(values.subarray(2290 * size, 2310 * size)),
    found.slice(2290 * 7, 2310 * 7),
  );

  const saved = await readNetworkFiles(folder);
  const kernel = lstmKernel();
  if (kernel) {
    assert.ok(compileNetwork(saved, kernel));
    const text = JSON.stringify(saved.topology).replace('"sigmoid"', '"hardSigmoid"');
    assert.equal(compileNetwork({ ...saved, topology: JSON.parse(text) }, kernel), null);
  }

  const weights = join(folder, "weights.bin");
  await writeFile(weights, (await readFile(weights)).subarray(4));
  await assert.rejects(
    openPredictor(folder, () => {}),
    (error) => {
      assert.ok(error instanceof FileError);
      return /weights\.bin: \d+ bytes, expected \d+$/.test(error.message);
    },
  );
});
