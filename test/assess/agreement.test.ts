import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allocationDisagreement,
  backwardPersistence,
  classesPresent,
  classMean,
  forwardPersistence,
  intersectionOverUnion,
  quantityDisagreement,
} from "../../src/assess/agreement.js";
import { scoredPixels, sumBlocks } from "../../src/assess/blockCounts.js";
import {
  confusionCounts,
  diagonalShare,
  diceOf,
  marginsOf,
  mergeClasses,
} from "../../src/assess/confusion.js";
import { createRandom } from "../../src/random.js";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

/** Counted by hand: rows 2018, columns 2019. */
const cells = Float64Array.of(50, 5, 0, 10, 20, 5, 0, 0, 10);
const matrix = marginsOf(3)(cells);

test("agreement of a matrix counted by hand", () => {
  near(diagonalShare(matrix), 80 / 100);
  near(forwardPersistence(matrix, 1), 20 / 35);
  near(backwardPersistence(matrix, 1), 20 / 25);
  near(diceOf(matrix, 1), 40 / 60);
  near(intersectionOverUnion(matrix, 1), 20 / 40);
  near(quantityDisagreement(matrix), (5 + 10 + 5) / 200);
  near(allocationDisagreement(matrix), 0.1);
});

test("Dice is 2 IoU / (1 + IoU), and quantity, allocation and agreement add up to one", () => {
  const random = createRandom(3);
  for (let round = 0; round < 50; round++) {
    const n = marginsOf(4)(Float64Array.from({ length: 16 }, () => random.integer(30)));
    for (let k = 0; k < 4; k++) {
      const iou = intersectionOverUnion(n, k);
      near(diceOf(n, k), (2 * iou) / (1 + iou));
    }
    near(diagonalShare(n) + quantityDisagreement(n) + allocationDisagreement(n), 1);
    assert.ok(allocationDisagreement(n) > -1e-12);
  }
});

test("an absent class is left out of the mean", () => {
  const absent = Float64Array.of(8, 2, 0, 0, 10, 0, 0, 0, 0);
  near(classMean(forwardPersistence)(marginsOf(3)(absent)), 0.9);
  assert.equal(classesPresent(marginsOf(3)(absent)), 2);
});

test("matrices count only scored pixels with a class in both maps, by legend order", () => {
  const legend = [
    { id: 4, name: "b", colour: "#000000" },
    { id: 2, name: "a", colour: "#FFFFFF" },
  ];
  const scored = scoredPixels({
    block: Uint16Array.of(7, 7, 9, 9, 9, 3),
    set: Uint8Array.of(1, 1, 2, 2, 2, 0),
  });
  assert.equal(scored.blocks, 2);
  const from = Uint8Array.of(4, 4, 2, 0, 2, 4);
  const to = Uint8Array.of(4, 2, 2, 2, 9, 4);
  const counts = confusionCounts(scored, legend, from, to);
  assert.deepEqual([...counts.counts], [1, 1, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual([...sumBlocks(counts)], [1, 1, 0, 1]);
});

test("merged classes keep the total and forgive confusion inside a group", () => {
  const counts = Float64Array.of(...cells, ...cells.map((count) => 2 * count));
  const merged = mergeClasses({ blocks: 2, width: 9, counts }, [0, 1, 1]);
  assert.deepEqual([...merged.counts], [50, 5, 10, 35, 100, 10, 20, 70]);
});
