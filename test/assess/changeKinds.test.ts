import assert from "node:assert/strict";
import { test } from "node:test";
import { sumBlocks } from "../../src/assess/blockCounts.js";
import {
  BOTH,
  changeKinds,
  KIND_CELLS,
  kindCountsByBlock,
  MAPPED,
  TRUE,
} from "../../src/assess/changeKinds.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";

const id = (name: string) => defaultClasses.find((entry) => entry.name === name)!.id;

test("mapped, true and common change are counted by kind", () => {
  const [conifers, shrubs, grass] = [id("Conifers"), id("Shrubland"), id("Grass")];
  // Right; right to be forest loss but to another class; invented; missed; no class in the map.
  const map = [
    [conifers, conifers, conifers, conifers, 0],
    [shrubs, grass, shrubs, conifers, shrubs],
  ].map((years) => Uint8Array.from(years)) as [Uint8Array, Uint8Array];
  const truth = [
    [conifers, conifers, conifers, conifers, conifers],
    [shrubs, shrubs, conifers, shrubs, shrubs],
  ].map((years) => Uint8Array.from(years)) as [Uint8Array, Uint8Array];
  const scored = {
    pixels: Uint32Array.from([0, 1, 2, 3, 4]),
    block: Uint16Array.from([0, 0, 0, 1, 1]),
    blocks: 2,
  };
  const kinds = changeKinds(defaultClasses);
  const total = sumBlocks(kindCountsByBlock(scored, kinds, map, truth));
  const counts = (name: string) => {
    const at = kinds.names.indexOf(name) * KIND_CELLS;
    return [total[at + MAPPED], total[at + TRUE], total[at + BOTH]];
  };
  assert.deepEqual(counts("all change"), [3, 3, 2]);
  assert.deepEqual(counts("forest lost"), [3, 3, 2]);
  assert.deepEqual(counts("gain of Shrubland"), [2, 3, 1]);
  assert.deepEqual(counts("loss of Conifers"), [3, 3, 2]);
  assert.deepEqual(counts("Conifers to Grass"), [1, 0, 0]);
  assert.deepEqual(counts("Conifers to Shrubland"), [2, 3, 1]);
  assert.deepEqual(counts("gain of Water"), [0, 0, 0]);
});
