import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { lossShares, sharedCrossEntropy } from "../../src/network/lossShares.js";
import { buildNetwork } from "../../src/network/model.js";
import { predictNetwork } from "../../src/network/predict.js";
import { checkSeriesSet, type SeriesSet } from "../../src/network/seriesSet.js";
import { joinSoft } from "../../src/network/softSeries.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

const classes = 4;

async function train(training: SeriesSet, classWeights?: number[]) {
  const engine = await loadTensorFlow({ announce: false });
  const { dates, channels } = training;
  const random = createRandom(3);
  const shape = { dates, channels, units: 16, classes };
  const model = buildNetwork(engine, shape, random.split("weights"));
  const options = { steps: 80, batch: 64, learningRate: 1e-2, random };
  const learner = await tensorflowLearner(engine, model);
  const rows = await trainNetwork(learner, training, toySeries(200, createRandom(9)), {
    ...options,
    ...(classWeights ? { classWeights } : {}),
  });
  const found = await predictNetwork(engine, model, toySeries(200, createRandom(9)).values);
  model.dispose();
  return { rows, found };
}

/** The labels of a set as soft labels. */
function oneHot({ labels, length }: SeriesSet): Float32Array {
  const targets = new Float32Array(length * classes);
  for (let i = 0; i < length; i++) targets[i * classes + labels[i]!] = 1;
  return targets;
}

test("certain soft labels teach what hard labels teach, whatever the scale of the weights", async () => {
  const hard = toySeries(400, createRandom(1));
  const weights = new Float32Array(400).fill(2.5);
  const [{ found: expected }, { found }] = [
    await train(hard),
    await train({ ...hard, targets: oneHot(hard), weights }),
  ];
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 2e-3, `value ${i}`);
  });
});

test("a network learns the probabilities of its soft labels", async () => {
  const hard = toySeries(400, createRandom(1));
  const targets = oneHot(hard).map((share, i) => {
    const next = (hard.labels[Math.floor(i / classes)]! + 1) % classes;
    return share === 1 ? 0.7 : i % classes === next ? 0.3 : 0;
  });
  const { rows, found } = await train({ ...hard, targets });
  const entropy = -(0.7 * Math.log(0.7) + 0.3 * Math.log(0.3));
  assert.ok(rows.at(-1)!.loss > entropy && rows.at(-1)!.loss < entropy + 0.3);
  const highest = Math.max(...found);
  assert.ok(highest < 0.9, `${highest}`);
});

test("samples of weight 0 teach nothing", async () => {
  const right = toySeries(400, createRandom(1));
  const wrong = right.labels.map((label, i) => (i < 200 ? label : (label + 1) % classes));
  const weights = Float32Array.from({ length: 400 }, (_, i) => (i < 200 ? 1 : 0));
  const agreement = async (set: SeriesSet) => (await train(set)).rows.at(-1)!.validationAgreement!;
  const [weighted, plain] = [
    await agreement({ ...right, labels: wrong, weights }),
    await agreement({ ...right, labels: wrong }),
  ];
  assert.ok(weighted > plain + 0.1, `${weighted} against ${plain}`);
});

test("shares of the loss are probability times both weights over their mean", () => {
  const set = { ...toySeries(2, createRandom(1)), labels: Uint8Array.of(0, 1) };
  assert.deepEqual([...lossShares(set, 2)(Uint32Array.of(1))], [0, 1]);
  const shares = lossShares({ ...set, weights: Float32Array.of(1, 2) }, 2, [3, 1]);
  // Masses 1 x 3 and 2 x 1 with mean 2.5.
  assert.deepEqual([...shares(Uint32Array.of(1, 0))], [0, Math.fround(0.8), Math.fround(1.2), 0]);
  const none = { ...set, weights: new Float32Array(2) };
  assert.throws(() => lossShares(none, 2), /training weights: sum to 0/);
});

test("the weighted cross-entropy and its gradient match their formulae", async () => {
  const { tf } = await loadTensorFlow({ announce: false });
  const shares = tf.tensor2d([0.8, 0.4, 0, 1.1], [2, 2]);
  const scores = tf.tensor2d([1, -1, 0.5, 2], [2, 2]);
  const p = [1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(1.5))];
  const loss = (s: Tensor) => sharedCrossEntropy(tf, shares, s);
  const expected =
    -(0.8 * Math.log(p[0]!) + 0.4 * Math.log(1 - p[0]!) + 1.1 * Math.log(1 - p[1]!)) / 2;
  assert.ok(Math.abs(loss(scores).dataSync()[0]! - expected) < 1e-6);
  const gradient = tf.grad(loss)(scores).dataSync();
  assert.ok(Math.abs(gradient[0]! - (1.2 * p[0]! - 0.8) / 2) < 1e-6);
  assert.ok(Math.abs(gradient[2]! - (1.1 * p[1]!) / 2) < 1e-6);
});

test("series that cannot be learnt from are refused by name", () => {
  const set = toySeries(3, createRandom(1));
  const check = (change: Partial<SeriesSet>) => () =>
    checkSeriesSet({ ...set, ...change }, classes, "training series");
  check({})();
  const values = set.values.slice();
  values[set.dates * set.channels + set.channels + 2] = Number.NaN;
  assert.throws(check({ values }), /training series: sample 1, date 1, channel 2 is NaN/);
  assert.throws(check({ labels: Uint8Array.of(0, 4, 1) }), /sample 1 has class column 4/);
  assert.throws(check({ weights: Float32Array.of(1, 1, -1) }), /sample 2 has weight -1/);
  const targets = oneHot(set);
  assert.throws(check({ targets: targets.subarray(1) }), /soft labels: 11 values, expected 12/);
  targets[0] = targets[0]! + 0.5;
  assert.throws(check({ targets }), /probabilities of sample 0 sum to 1\.5/);
});

test("soft samples stand behind hard ones with their own shares and weights", () => {
  const hard = toySeries(3, createRandom(1));
  const few = toySeries(2, createRandom(2));
  const shares = Float32Array.of(0.5, 0.5, 0, 0, 0, 0, 0.25, 0.75);
  const soft = { ...few, targets: shares, weights: Float32Array.of(0.5, 0.2) };
  const joined = joinSoft(hard, soft, classes);
  assert.doesNotThrow(() => checkSeriesSet(joined, classes, "joined"));
  assert.deepEqual([...joined.weights!], [1, 1, 1, 0.5, Math.fround(0.2)]);
  assert.deepEqual(joined.targets!.subarray(0, 12), oneHot(hard));
  assert.deepEqual(joined.targets!.subarray(12), shares);
  assert.deepEqual(joined.values.subarray(hard.values.length), few.values);
});
