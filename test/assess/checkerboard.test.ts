import assert from "node:assert/strict";
import { test } from "node:test";
import { checkerboardHalves, checkerboardScores } from "../../src/assess/checkerboard.js";

test("halves alternate in squares of whole pixels", () => {
  const halves = checkerboardHalves({ width: 5, height: 3 }, 2);
  assert.deepEqual([...halves], [0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1]);
});

test("every half is tested by what was trained on the other, unlabelled pixels left out", async () => {
  const labels = Uint8Array.of(1, 2, 0, 1, 2, 2);
  const seen: number[][] = [];
  const scores = await checkerboardScores(
    { width: 3, height: 2 },
    labels,
    1,
    [7],
    async (train, trainLabels, test) => {
      seen.push([...train]);
      assert.deepEqual(
        [...trainLabels],
        [...train].map((pixel) => labels[pixel]),
      );
      return new Uint8Array(test.length).fill(2);
    },
  );
  assert.deepEqual(seen, [
    [0, 4],
    [1, 3, 5],
  ]);
  assert.deepEqual(
    scores.map(({ half, seed, accuracy, majority }) => [half, seed, accuracy, majority]),
    [
      [1, 7, 2 / 3, 1 / 3],
      [2, 7, 0.5, 0.5],
    ],
  );
});
