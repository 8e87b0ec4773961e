import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lstmKernel } from "../../src/engine/lstmKernel.js";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { compiledLearner } from "../../src/network/compiledLearner.js";
import { initialWeights } from "../../src/network/initialWeights.js";
import { gatherSeries } from "../../src/network/learner.js";
import { lossShares } from "../../src/network/lossShares.js";
import { buildNetwork } from "../../src/network/model.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

const kernel = lstmKernel();
const skip = kernel ? false : "the LSTM kernel is not built";

const training = toySeries(500, createRandom(1));
const { dates, channels } = training;
const shape = { dates, channels, units: 24, classes: 5 };

/** The same network, learning without and with TensorFlow. */
async function learners() {
  const engine = await loadTensorFlow({ announce: false });
  const stock = await tensorflowLearner(engine, buildNetwork(engine, shape, createRandom(2)));
  const compiled = compiledLearner(kernel!, shape, initialWeights(shape, createRandom(2)));
  return { stock, compiled };
}

test("loss, gradient and scores are TensorFlow's", { skip }, async () => {
  const { stock, compiled } = await learners();
  assert.deepEqual(compiled.parameters, stock.parameters);
  const members = Uint32Array.from({ length: 200 }, (_, i) => (i * 7) % 500);
  const weights = Float32Array.from({ length: 500 }, (_, i) => i % 3);
  const values = new Float32Array(200 * dates * channels);
  gatherSeries(training, members, values);
  for (const shares of [lossShares(training, 5), lossShares({ ...training, weights }, 5)]) {
    const batch = [values, shares(members), createRandom(6)] as const;
    const expected = await stock.lossAndGradient(...batch);
    const found = await compiled.lossAndGradient(...batch);
    assert.ok(Math.abs(found[0]! - expected[0]!) < 1e-6);
    const largest = expected.subarray(1).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    found.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]!) < 1e-5 * largest + (i === 0 ? 1 : 0), `value ${i}`);
    });
  }
  const series = training.values.subarray(0, 50 * dates * channels);
  const expected = await stock.scores(series);
  const found = await compiled.scores(series);
  assert.ok(found.every((score, i) => Math.abs(score - expected[i]!) < 1e-5));
});

test("any number of threads gives the bytes of one", { skip }, async () => {
  const weights = initialWeights(shape, createRandom(2));
  const all = lossShares(training, 5)(Uint32Array.from({ length: 500 }, (_, i) => i));
  for (const samples of [1, 96, 131, 500]) {
    const series = training.values.subarray(0, samples * dates * channels);
    const shares = all.subarray(0, samples * 5);
    const gradient = (threads: number) => {
      const learner = compiledLearner(kernel!, shape, weights, threads);
      return learner.lossAndGradient(series, shares, createRandom(6));
    };
    const alone = await gradient(1);
    for (const threads of [2, 3, 7, 2]) assert.deepEqual(await gradient(threads), alone);
  }
});

test("a training gives the same losses, and the files are TensorFlow.js' own", {
  skip,
}, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  context.after(() => rm(folder, { recursive: true }));
  const { stock, compiled } = await learners();
  const options = { steps: 30, batch: 64, learningRate: 5e-3 };
  const validation = toySeries(150, createRandom(3));
  const [expected, found] = [
    await trainNetwork(stock, training, validation, { ...options, random: createRandom(4) }),
    await trainNetwork(compiled, training, validation, { ...options, random: createRandom(4) }),
  ];
  found.forEach((row, i) => {
    assert.ok(Math.abs(row.loss - expected[i]!.loss) < 1e-4);
    assert.ok(Math.abs(row.validationLoss! - expected[i]!.validationLoss!) < 1e-4);
  });
  stock.parameters.set(compiled.parameters);
  stock.store();
  await stock.save(join(folder, "stock"));
  await compiled.save(join(folder, "compiled"));
  for (const file of ["model.json", "weights.bin"]) {
    const [a, b] = await Promise.all(
      ["stock", "compiled"].map((name) => readFile(join(folder, name, file))),
    );
    assert.ok(a!.equals(b!), file);
  }
});
