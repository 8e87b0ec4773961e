import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { augmentSeries } from "../../src/network/augment.js";
import { type Checkpoint, fileCheckpoint } from "../../src/network/checkpoint.js";
import { buildNetwork } from "../../src/network/model.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { bestRow, type TrainOptions, trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

const training = toySeries(120, createRandom(1));
const validation = toySeries(60, createRandom(2));

/** A small network of convolutions, which keeps running means and drops values. */
async function newLearner() {
  const engine = await loadTensorFlow({ announce: false });
  const { dates, channels } = training;
  const shape = { kind: "tempcnn", layers: 1, dates, channels, units: 4, classes: 4 } as const;
  return tensorflowLearner(engine, buildNetwork(engine, shape, createRandom(3)));
}

async function train(more: Partial<TrainOptions> = {}) {
  const learner = await newLearner();
  const rows = await trainNetwork(learner, training, validation, {
    ...{ steps: 12, batch: 40, learningRate: 1e-2, random: createRandom(4) },
    ...{ augmentation: { jitterDays: 5, dropDates: 0.3 }, patience: 50 },
    ...more,
  });
  return { learner, rows, state: await learner.state() };
}

test("a training that stopped after an epoch continues to the same bytes", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "models", "a", "checkpoint.bin");
  const whole = await train();
  assert.equal(whole.rows.length, 4);
  const kept = fileCheckpoint(path, "one training");
  let epochs = 0;
  const interrupted: Checkpoint = {
    ...kept,
    async save(state) {
      await kept.save(state);
      if (++epochs === 2) throw new Error("interrupted");
    },
  };
  await assert.rejects(train({ checkpoint: interrupted }), /interrupted/);
  assert.ok(existsSync(path));
  assert.equal(await fileCheckpoint(path, "another training").load(), null);
  const resumed = await train({ checkpoint: kept });
  assert.deepEqual(resumed.rows, whole.rows);
  assert.deepEqual(resumed.state, whole.state);
  const other = await train({ random: createRandom(5) });
  assert.notDeepEqual(other.state, whole.state);
});

test("training stops when the validation loss no longer falls and keeps the best network", async () => {
  const wrong = validation.labels.map((label) => (label + 1) % 4);
  const learner = await newLearner();
  const rows = await trainNetwork(
    learner,
    training,
    { ...validation, labels: wrong },
    { steps: 60, batch: 40, learningRate: 3e-2, random: createRandom(4), patience: 2 },
  );
  const best = bestRow(rows)!;
  assert.equal(rows.length, best.epoch + 2);
  assert.ok(rows.length < 20);
  const scores = await learner.scores(validation.values);
  const loss = validation.labels.reduce((sum, _, i) => {
    const row = scores.subarray(i * 4, i * 4 + 4);
    const norm = Math.log(row.reduce((total, score) => total + Math.exp(score), 0));
    return sum + norm - row[wrong[i]!]!;
  }, 0);
  assert.ok(Math.abs(loss / validation.length - best.validationLoss!) < 1e-4);
});

test("series move by interpolation between dates, and lost dates are 0 but for their day", () => {
  const [dates, channels] = [4, 4];
  const series = new Float32Array(dates * channels);
  for (let t = 0; t < dates; t++) {
    const angle = (2 * Math.PI * (360 + 10 * t)) / 365;
    series.set([10 * t, 1, Math.sin(angle), Math.cos(angle)], t * channels);
  }
  const start = series.slice();
  const days = 4 * (2 * createRandom(1).uniform() - 1);
  augmentSeries(series, dates, channels, { jitterDays: 4, dropDates: 0 }, createRandom(1));
  for (let t = 0; t < dates; t++) {
    const expected = (t === 0 && days < 0) || (t === 3 && days > 0) ? 10 * t : 10 * t + days;
    assert.ok(Math.abs(series[t * channels]! - expected) < 1e-4, `date ${t}`);
    assert.deepEqual(
      series.subarray(t * channels + 1, t * channels + 4),
      start.subarray(t * channels + 1, t * channels + 4),
    );
  }
  const many = new Float32Array(2000 * start.length);
  for (let i = 0; i < 2000; i++) many.set(start, i * start.length);
  augmentSeries(many, dates, channels, { jitterDays: 0, dropDates: 0.3 }, createRandom(2));
  let lost = 0;
  for (let at = 0; at < many.length; at += channels) {
    if (many[at + 1] === 0) lost++;
    assert.equal(many[at + 1] === 0 ? many[at] : 0, 0);
    assert.ok(Math.hypot(many[at + 2]!, many[at + 3]!) > 0.99);
  }
  assert.ok(Math.abs(lost / 8000 - 0.15) < 0.02, `${lost}`);
});
