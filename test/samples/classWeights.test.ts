import assert from "node:assert/strict";
import { test } from "node:test";
import { trainingPrior } from "../../src/consistency/seriesModel.js";
import { balancedClassWeights, classCounts } from "../../src/samples/classWeights.js";

test("weights make up for a class that is rare, up to a limit", () => {
  const counts = classCounts(Uint8Array.of(0, 0, 0, 2), 3);
  assert.deepEqual([...counts], [3, 0, 1]);
  assert.deepEqual([...balancedClassWeights(counts)], [1, 0, 3]);
  assert.deepEqual([...balancedClassWeights(counts, 2)], [1, 0, 2]);
});

test("the prior of a network is what its weighted loss sees", () => {
  const legend = [2, 5, 7].map((id) => ({ id, name: `class ${id}`, colour: "#000000" }));
  const labels = new Uint8Array(40 + 10 + 2);
  labels.fill(2, 0, 40).fill(5, 40, 50).fill(7, 50);
  // Weights 1, 4 and at most 10 instead of 20: sums 40, 40 and 20.
  assert.deepEqual([...trainingPrior(labels, legend)], [0.4, 0.4, 0.2]);
  assert.equal(trainingPrior(labels.subarray(0, 40), legend)[1], 1);
});
