import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { buildNetwork } from "../../src/network/model.js";
import { openPredictor } from "../../src/network/openPredictor.js";
import { predictNetwork } from "../../src/network/predict.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { savedToyNetwork } from "./savedToyNetwork.js";
import { toySeries } from "./toySeries.js";

test("a thousand steps and many predictions leave no tensor behind", async () => {
  const engine = await loadTensorFlow({ announce: false });
  const training = toySeries(64, createRandom(1));
  const { dates, channels, values } = training;
  const shape = { dates, channels, units: 4, classes: 5 };
  const model = buildNetwork(engine, shape, createRandom(2));
  const learner = await tensorflowLearner(engine, model);
  const counts = new Set<number>();
  await trainNetwork(learner, training, training, {
    steps: 1_000,
    batch: 8,
    learningRate: 1e-3,
    random: createRandom(3),
    onStep: () => counts.add(engine.tf.memory().numTensors),
  });
  for (let block = 0; block < 50; block++) {
    await predictNetwork(engine, model, values);
    counts.add(engine.tf.memory().numTensors);
  }
  assert.equal(counts.size, 1, `tensors: ${[...counts].join(", ")}`);
});

test("ten thousand predicted blocks take no more memory than the first", async (context) => {
  const { folder, values } = await savedToyNetwork(context, 48);
  const { predict } = await openPredictor(folder, () => {});
  const resident = async (blocks: number) => {
    for (let block = 0; block < blocks; block++) await predict(values);
    return process.memoryUsage.rss() / 2 ** 20;
  };
  const before = await resident(2_000);
  const after = await resident(10_000);
  assert.ok(after < before + 30, `${before} MiB, then ${after} MiB`);
});
