import assert from "node:assert/strict";
import { test } from "node:test";
import { scoredPixels, sumBlocks } from "../../src/assess/blockCounts.js";
import {
  binAccuracy,
  binConfidence,
  binPixels,
  calibrationCounts,
  expectedCalibrationError,
} from "../../src/assess/calibration.js";
import { conditionCounts, conditionEdges } from "../../src/assess/conditionTable.js";

const scored = scoredPixels({ block: new Uint16Array(5), set: new Uint8Array(5).fill(2) });

test("reliability of five pixels counted by hand", () => {
  // Highest probabilities 95, 90, 60, 100 and none; pixels 0, 2 and 3 are right.
  const percent = Uint8Array.of(95, 10, 60, 0, 0, 5, 90, 40, 100, 0);
  const truth = Uint8Array.of(1, 1, 1, 7, 1);
  const n = sumBlocks(calibrationCounts(scored, percent, [1, 7], truth));
  assert.equal(binPixels(9)(n), 3);
  assert.equal(binAccuracy(9)(n), 2 / 3);
  assert.ok(Math.abs(binConfidence(9)(n) - 0.95) < 1e-12);
  assert.ok(Number.isNaN(binAccuracy(2)(n)));
  const expected = (Math.abs(2 - 2.85) + Math.abs(1 - 0.6)) / 4;
  assert.ok(Math.abs(expectedCalibrationError(n) - expected) < 1e-12);
  assert.throws(() => calibrationCounts(scored, percent, [1, 7, 9], truth), { tag: "DataError" });
});

test("groups of a condition are about equal and count what is right in them", () => {
  const dates = [10, 11, 30, 31, Number.NaN];
  const edges = conditionEdges(scored, dates, 2);
  assert.deepEqual(edges, [10, 30]);
  const map = Uint8Array.of(1, 2, 1, 1, 1);
  const truth = Uint8Array.of(1, 1, 1, 1, 1);
  assert.deepEqual([...sumBlocks(conditionCounts(scored, dates, edges, map, truth))], [2, 1, 2, 2]);
});
