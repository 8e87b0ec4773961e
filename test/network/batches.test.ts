import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOrder } from "../../src/network/batches.js";
import { createRandom } from "../../src/random.js";

test("every pass shows every sample once, in an order of its own", () => {
  const order = batchOrder(10, 4, createRandom(1));
  const seen = Array.from({ length: 5 }, (_, step) => [...order.batch(step)]).flat();
  const passes = [seen.slice(0, 10), seen.slice(10, 20)];
  for (const pass of passes) {
    assert.deepEqual(
      [...pass].sort((a, b) => a - b),
      [...Array(10).keys()],
    );
  }
  assert.notDeepEqual(passes[0], passes[1]);
});

test("a batch does not depend on the batches asked for before", () => {
  const walked = batchOrder(7, 5, createRandom(2));
  for (let step = 0; step < 9; step++) walked.batch(step);
  assert.deepEqual(walked.batch(9), batchOrder(7, 5, createRandom(2)).batch(9));
});
