import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { lstmKernel } from "../../src/engine/lstmKernel.js";
import { FileError } from "../../src/errors.js";
import { compileNetwork } from "../../src/network/compiledNetwork.js";
import { readNetworkFiles } from "../../src/network/networkFiles.js";
import { openPredictor } from "../../src/network/openPredictor.js";
import { predictNetwork } from "../../src/network/predict.js";
import { savedToyNetwork } from "./savedToyNetwork.js";

test("a saved network gives TensorFlow's probabilities without TensorFlow", async (context) => {
  const toy = await savedToyNetwork(context, 3000);
  const { folder, engine, model, values, dates, channels } = toy;
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

  for (const text of ['{"modelTopology":', "{}", '{"weightsManifest": [{"paths": ["a"]}]}']) {
    await writeFile(join(folder, "model.json"), text);
    await assert.rejects(
      openPredictor(folder, () => {}),
      FileError,
    );
  }
});
