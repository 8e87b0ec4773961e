import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTensorFlow, singleThread } from "../../src/engine/tensorflow.js";
import { buildNetwork } from "../../src/network/model.js";
import { predictNetwork } from "../../src/network/predict.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

test("a series gets the same bytes alone and among others, wherever it stands", async () => {
  // As the study's processes: two threads split a product differently at every place of a batch.
  Object.assign(process.env, singleThread);
  const engine = await loadTensorFlow({ announce: false });
  const { values, dates, channels } = toySeries(700, createRandom(1));
  const shape = { dates, channels, units: 64, classes: 4 };
  const model = buildNetwork(engine, shape, createRandom(2));
  const all = await predictNetwork(engine, model, values);
  const size = dates * channels;
  for (const [from, to] of [
    [0, 1],
    [13, 270],
    [511, 700],
  ] as const) {
    const part = await predictNetwork(engine, model, values.subarray(from * size, to * size));
    assert.deepEqual(part, all.slice(from * 4, to * 4));
  }
  for (let i = 0; i < 700; i++) {
    const sum = all.slice(i * 4, i * 4 + 4).reduce((total, p) => total + p, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5);
  }
});
