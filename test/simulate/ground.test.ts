import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { classId } from "../../src/simulate/constants.js";
import { simulateCorine } from "../../src/simulate/corine.js";
import { components } from "../../src/simulate/morphology.js";
import { classesOf, surface } from "../../src/simulate/surfaceTypes.js";
import { type Ground, simulatedGrid, simulateGround } from "../../src/simulate/world.js";

const side = 500;
const grounds = new Map([1, 2, 3].map((seed) => [seed, simulateGround(seed, side)]));

const countOf = (values: Uint8Array, id: number) =>
  values.reduce((sum, value) => sum + (value === id ? 1 : 0), 0);

/** Blocks of side / 8 that hold at least one hectare of a class. */
function blocksWith(classes: Uint8Array, id: number): number {
  const counts = new Uint32Array(64);
  classes.forEach((value, p) => {
    const row = Math.floor((Math.floor(p / side) * 8) / side);
    if (value === id) counts[row * 8 + Math.floor(((p % side) * 8) / side)]!++;
  });
  return counts.filter((pixels) => pixels >= 100).length;
}

for (const [seed, { change, terrain }] of grounds) {
  test(`region ${seed} has every class on 40 ha and in 3 blocks, conifers on 35 %`, () => {
    const classes = classesOf(change.types[0]!);
    for (const [name, id] of Object.entries(classId)) {
      const hectares = countOf(classes, id) / 100;
      assert.ok(hectares >= 40, `${name}: ${hectares} ha`);
      assert.ok(blocksWith(classes, id) >= 3, `${name}: ${blocksWith(classes, id)} blocks`);
    }
    assert.ok(countOf(classes, classId.Conifers) >= 0.35 * side * side);
    const heights = terrain.elevation.slice().sort();
    assert.ok(heights[0]! >= 600 && heights.at(-1)! > 2900 && heights.at(-1)! < 3100);
  });

  test(`region ${seed}: the storm fells 3-5 % of the area, conifers only, into grass or shrubs`, () => {
    const [before, after] = change.types.map(classesOf) as [Uint8Array, Uint8Array, Uint8Array];
    const share = countOf(change.storm, 1) / change.storm.length;
    assert.ok(share >= 0.03 && share <= 0.05, `${share}`);
    change.storm.forEach((felled, p) => {
      if (!felled) return;
      assert.equal(before[p], classId.Conifers);
      assert.ok(after[p] === classId.Shrubland || after[p] === classId.Grass);
    });
  });

  test(`region ${seed}: the patches list every pixel that changes its class`, () => {
    for (const [step, year] of [2019, 2020].entries()) {
      const before = classesOf(change.types[step]!);
      const after = classesOf(change.types[step + 1]!);
      const changed = before.filter((value, p) => value !== after[p]).length;
      const patches = change.patches.filter((patch) => patch.year === year);
      assert.equal(
        patches.reduce((sum, { pixels }) => sum + pixels, 0),
        changed,
      );
      assert.ok(patches.every(({ from, to, pixels }) => from !== to && pixels > 0));
    }
    const kinds = new Set(change.patches.map(({ kind }) => kind));
    for (const kind of [
      "storm",
      "salvage",
      "regrowth",
      "building",
      "quarry",
      "rotation",
      "river",
    ]) {
      assert.ok(kinds.has(kind), kind);
    }
  });
}

test("seeds make regions, sizes may be small", () => {
  assert.deepEqual(simulateGround(1, 200).change.types, simulateGround(1, 200).change.types);
  assert.notDeepEqual(simulateGround(1, 100).land.types, simulateGround(2, 100).land.types);
  assert.throws(() => simulatedGrid(5050), /images\.size: 5050/);
});

/** Class a CORINE code stands for (method.md section 4); mosaics stand for none. */
const target: Readonly<Record<number, number>> = {
  112: classId.Artificial,
  131: classId.Mineral,
  211: classId.Crops,
  221: classId.Crops,
  231: classId.Grass,
  311: classId.Broadleaves,
  312: classId.Conifers,
  321: classId.Grass,
  322: classId.Shrubland,
  331: classId.Sand,
  332: classId.Rocks,
  335: classId.Snow,
  512: classId.Water,
};

test("labels: units of 25 ha, about three quarters right, one village missing", () => {
  for (const [seed, ground] of grounds) {
    const grid = simulatedGrid(side * 10);
    const map = simulateCorine(createRandom(seed), ground, grid);
    const { size } = components(map.codes, map.grid.width);
    assert.ok(Math.min(...size) >= 25, `smallest unit ${Math.min(...size)} ha`);
    for (const code of [112, 131, 211, 231, 311, 312, 321, 322, 331, 332, 335, 512]) {
      assert.ok(map.codes.includes(code), `region ${seed} has no ${code}`);
    }
    const { usable, right, villageBuilt } = compare(ground, map.codes, map.grid.width);
    assert.ok(right / usable > 0.68 && right / usable < 0.82, `${right / usable}`);
    assert.ok(villageBuilt < 0.1, `${villageBuilt} of the new village is on the map`);
  }
});

/** Rough comparison without the projection: the map is laid over the region by its middle. */
function compare({ land }: Ground, codes: Uint16Array, width: number) {
  const classes = classesOf(land.types);
  const built = surface("houses with gardens");
  const margin = (width * 10 - side) / 2;
  let usable = 0;
  let right = 0;
  let village = 0;
  let known = 0;
  classes.forEach((value, p) => {
    const row = Math.floor((Math.floor(p / side) + margin) / 10);
    const code = codes[row * width + Math.floor(((p % side) + margin) / 10)]!;
    if (target[code] !== undefined) {
      usable++;
      if (target[code] === value) right++;
    }
    if (land.newVillage[p] && land.types[p] === built) {
      village++;
      if (code === 112) known++;
    }
  });
  return { usable, right, villageBuilt: known / village };
}
