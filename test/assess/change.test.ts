import assert from "node:assert/strict";
import { test } from "node:test";
import { scoredPixels, sumBlocks } from "../../src/assess/blockCounts.js";
import {
  changeCountsByBlock,
  changeMeasures,
  forestClasses,
  type Stratum,
} from "../../src/assess/change.js";
import { flicker, seriesCounts, stability } from "../../src/assess/yearSeries.js";

const legend = [
  { id: 1, name: "Grass", colour: "#C5F381" },
  { id: 2, name: "Broadleaves", colour: "#42A24C" },
  { id: 3, name: "Conifers", colour: "#07362A" },
  { id: 4, name: "Shrubland", colour: "#6E3614" },
  { id: 5, name: "Rocks", colour: "#939191" },
];
const scored = scoredPixels({ block: new Uint16Array(8), set: new Uint8Array(8).fill(2) });
// Pixels: 0-3 felled conifers, 4 quarry outside the storm, 5-7 unchanged.
const truth: [Uint8Array, Uint8Array] = [
  Uint8Array.of(3, 3, 3, 3, 1, 1, 2, 3),
  Uint8Array.of(4, 1, 4, 4, 5, 1, 2, 3),
];
const storm = Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 1);
const unchanged = Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 1);
const score = (map: [Uint8Array, Uint8Array]) => {
  const forest = forestClasses(legend);
  const total = sumBlocks(changeCountsByBlock(scored, { map, truth, storm, unchanged, forest }));
  return (stratum: Stratum, measure: string) => changeMeasures(stratum)[measure]!(total);
};

test("change scores of eight pixels counted by hand", () => {
  const of = score([Uint8Array.of(3, 3, 2, 3, 1, 1, 2, 3), Uint8Array.of(4, 4, 5, 3, 5, 2, 2, 3)]);
  assert.equal(of("felled", "recall"), 3 / 4);
  assert.equal(of("felled", "direction"), 1 / 4);
  assert.equal(of("felled", "direction_open"), 2 / 4);
  assert.equal(of("all", "recall"), 4 / 5);
  assert.equal(of("all", "precision"), 4 / 5);
  assert.equal(of("all", "f1"), 8 / 10);
  assert.equal(of("all", "direction"), 2 / 5);
  assert.equal(of("all", "false_change"), 1 / 3);
  assert.equal(of("outside", "recall"), 1);
  assert.equal(of("outside", "precision"), 1 / 2);
  assert.equal(of("storm", "false_change"), 0);
});

test("a constant map never flickers, changes nothing falsely and sees no storm", () => {
  const constant = Uint8Array.from(truth[0]);
  const of = score([constant, constant]);
  assert.equal(of("felled", "recall"), 0);
  assert.equal(of("all", "recall"), 0);
  assert.equal(of("all", "false_change"), 0);
  assert.ok(Number.isNaN(of("all", "precision")));
  const series = sumBlocks(seriesCounts(scored, [constant, constant, constant]));
  assert.equal(stability(series), 1);
  assert.equal(flicker(series), 0);
});

test("flicker counts pixels that return, over pixels valid in all years", () => {
  const series = sumBlocks(
    seriesCounts(scored, [
      Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 0),
      Uint8Array.of(2, 2, 1, 1, 1, 1, 1, 1),
      Uint8Array.of(1, 3, 1, 1, 1, 1, 0, 1),
    ]),
  );
  assert.equal(flicker(series), 1 / 6);
  assert.equal(stability(series), 4 / 6);
});
