import assert from "node:assert/strict";
import { test } from "node:test";
import { DataError } from "../../src/errors.js";
import type { Learner } from "../../src/network/learner.js";
import type { SeriesSet } from "../../src/network/seriesSet.js";
import { trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

/** A network that must not be asked for anything. */
const untouched: Learner = {
  classes: 4,
  parameters: new Float32Array(1),
  store: () => assert.fail("a step was taken"),
  lossAndGradient: () => assert.fail("training has started"),
  scores: () => assert.fail("training has started"),
  state: () => assert.fail("training has started"),
  restore: () => assert.fail("training has started"),
  save: () => assert.fail("saved"),
  dispose() {},
};

test("what no network can learn from is refused before the first step", async () => {
  const good = toySeries(20, createRandom(1));
  const values = (at: number, value: number) => {
    const copy = good.values.slice();
    copy[at] = value;
    return copy;
  };
  const cases: [Partial<SeriesSet>, RegExp][] = [
    [{ values: values(1, Number.NaN) }, /sample 0, date 0, channel 1 is NaN/],
    [{ values: values(0, Number.POSITIVE_INFINITY) }, /channel 0 is Infinity/],
    [
      { labels: good.labels.map((label, i) => (i === 7 ? 4 : label % 4)) },
      /sample 7 has class column 4/,
    ],
    [{ labels: new Uint8Array(20).fill(2) }, /all 20 samples have class column 2/],
    [{ length: 0, values: new Float32Array(), labels: new Uint8Array() }, /holds no sample/],
  ];
  for (const [change, message] of cases) {
    const training = { ...good, labels: good.labels.map((label) => label % 4), ...change };
    const options = { steps: 1, batch: 4, learningRate: 1e-3, random: createRandom(2) };
    await assert.rejects(trainNetwork(untouched, training, training, options), (error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, message);
      return true;
    });
  }
});
