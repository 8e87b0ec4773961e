import assert from "node:assert/strict";
import { test } from "node:test";
import { classChanges } from "../../src/assess/changeAreaTables.js";
import { marginsOf } from "../../src/assess/confusion.js";
import {
  changeCode,
  changeCodes,
  codeClasses,
  flickerCounts,
  yearOfChange,
} from "../../src/change/changeCodes.js";
import { forestLoss } from "../../src/change/forestLoss.js";
import { patchStatistics } from "../../src/change/patchStatistics.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";

const maps = [
  Uint8Array.of(8, 8, 8, 2, 0, 7),
  Uint8Array.of(9, 8, 2, 2, 2, 7),
  Uint8Array.of(9, 2, 8, 2, 2, 11),
];

test("codes, year of change and flicker of six pixels", () => {
  assert.deepEqual(codeClasses(changeCode(8, 11)), [8, 11]);
  assert.deepEqual(
    [...changeCodes(maps[0]!, maps[1]!)],
    [changeCode(8, 9), 0, changeCode(8, 2), 0, 0, 0],
  );
  assert.deepEqual([...yearOfChange(maps, [2018, 2019, 2020])], [2019, 2020, 2020, 0, 0, 2020]);
  assert.deepEqual([...flickerCounts(maps)], [0, 0, 1, 0, 255, 0]);
});

test("patches at and below the mapping unit", () => {
  const [a, b] = [changeCode(8, 9), changeCode(2, 3)];
  const codes = Uint16Array.of(a, a, 0, b, a, 0, 0, 0, 0, 0, 0, a);
  const [first, second] = patchStatistics(codes, 4, 3, 2);
  assert.deepEqual(first, {
    from: 8,
    to: 9,
    patches: 1,
    pixels: 3,
    median: 3,
    largest: 3,
    smallPatches: 1,
    smallPixels: 1,
  });
  assert.deepEqual([second!.patches, second!.smallPatches], [0, 1]);
});

test("forest loss by class, inside and outside a perimeter", () => {
  const loss = (perimeter: Uint8Array | null) =>
    forestLoss(defaultClasses, maps[1]!, maps[2]!, perimeter);
  assert.deepEqual(loss(Uint8Array.of(1, 1, 1, 1, 1, 0)), [
    { from: 7, inside: 0, outside: 1 },
    { from: 8, inside: 1, outside: 0 },
  ]);
  assert.deepEqual(
    loss(null).map(({ inside }) => inside),
    [1, 1],
  );
});

test("gain, loss, net, gross and swap of a matrix counted by hand", () => {
  const matrix = marginsOf(2)(Float64Array.of(50, 10, 4, 30));
  const of = (measure: string) => classChanges[measure]!(matrix, 0);
  assert.deepEqual(
    ["before", "after", "gain", "loss", "net", "gross", "swap"].map(of),
    [60, 54, 4, 10, -6, 14, 8],
  );
});
