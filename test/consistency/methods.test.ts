import assert from "node:assert/strict";
import { test } from "node:test";
import { bayesianSmoothing } from "../../src/consistency/bayesianSmoothing.js";
import { bilateralSmoothing } from "../../src/consistency/bilateralSmoothing.js";
import { boxSum } from "../../src/consistency/boxSum.js";
import { fitGroupMoves } from "../../src/consistency/fitGroupMoves.js";
import { defaultRates, groupedClasses } from "../../src/consistency/groupedHmm.js";
import { localClasses } from "../../src/consistency/localHmm.js";
import { meanProbabilities } from "../../src/consistency/meanProbabilities.js";
import { consistencyMethods } from "../../src/consistency/methods.js";
import { observedYears } from "../../src/consistency/observedYears.js";
import { filterPatches, findPatches } from "../../src/consistency/patchFilter.js";
import { distanceClasses } from "../../src/consistency/probabilityDistance.js";
import {
  type ProbabilitySeries,
  probabilitySeries,
  yearlyArgmax,
} from "../../src/consistency/probabilitySeries.js";
import { pairOfEvent } from "../../src/consistency/seriesModel.js";
import { withoutSmallChanges } from "../../src/consistency/smallChanges.js";
import {
  applyRules,
  fillGaps,
  firstYearRule,
  frequencyRule,
  lastYearRule,
  middleRule,
} from "../../src/consistency/temporalRules.js";
import { classTransitions, groupTransitions } from "../../src/consistency/transitions.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { createRandom } from "../../src/random.js";

const legend = defaultClasses;
const K = legend.length;
const years = [2018, 2019, 2020];
const flat = new Float64Array(K).fill(1 / K);
const number = (name: string) => legend.findIndex((entry) => entry.name === name);

/** Applies rules to one pixel. */
const ruled = (pixel: number[], ...rules: ((years: Uint8Array) => void)[]) =>
  applyRules(
    pixel.map((k) => Uint8Array.of(k)),
    rules,
  ).map((map) => map[0]!);

test("rule filters on single pixels", () => {
  assert.deepEqual(ruled([0, 3, 0, 0, 5], fillGaps), [3, 3, 3, 3, 5]);
  assert.deepEqual(ruled([1, 2, 1], middleRule([1])), [1, 1, 1]);
  assert.deepEqual(ruled([1, 2, 1], middleRule([2])), [1, 2, 1]);
  assert.deepEqual(ruled([1, 2, 3, 2, 1], middleRule([1, 2], 3)), [1, 1, 1, 1, 1]);
  assert.deepEqual(ruled([8, 9, 9], firstYearRule(new Set([9]))), [9, 9, 9]);
  assert.deepEqual(ruled([8, 9, 9], firstYearRule(new Set([8]))), [8, 9, 9]);
  assert.deepEqual(ruled([8, 8, 9], lastYearRule(new Set([8]))), [8, 8, 8]);
  const frequency = frequencyRule(new Set([1, 2]), new Set([3]));
  assert.deepEqual(ruled([1, 2, 2], frequency), [2, 2, 2]);
  assert.deepEqual(ruled([1, 3, 1], frequency), [1, 3, 1]);
});

test("changes of a few connected pixels are undone until the next change", () => {
  const maps = [
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    // Two pixels that touch at a corner, and four on the other side.
    [2, 1, 1, 1, 3, 1, 2, 1, 1, 2, 1, 1, 1, 2, 3],
    [2, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1, 1, 1, 2, 3],
  ].map((map) => Uint8Array.from(map));
  const kept = withoutSmallChanges(maps, 5, 3).map((map) => [...map]);
  assert.deepEqual(kept[1], [1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1, 1, 1, 2, 3]);
  assert.deepEqual(kept[2], kept[1]);
  const later = [[1], [2], [2], [3]].map((map) => Uint8Array.from(map));
  assert.deepEqual(
    withoutSmallChanges(later, 1, 1).flatMap((map) => [...map]),
    [1, 1, 1, 1],
  );
  assert.deepEqual(
    withoutSmallChanges(later, 1, 1, 0).flatMap((map) => [...map]),
    [1, 2, 2, 3],
  );
  const gap = [[1], [0], [2]].map((map) => Uint8Array.from(map));
  assert.deepEqual(
    withoutSmallChanges(gap, 1, 1).flatMap((map) => [...map]),
    [1, 0, 2],
  );
});

test("a class is taken away where a year saw nothing", () => {
  const series = onePixel([{ Grass: 100 }, {}, { Grass: 100 }]);
  const classes = [2, 2, 2].map((k) => Uint8Array.of(k));
  assert.deepEqual(
    observedYears(classes, series).flatMap((map) => [...map]),
    [2, 0, 2],
  );
});

test("fitted moves show the year of a storm without being told its date", () => {
  const random = createRandom(5);
  const count = 3000;
  const percent = years.map(() => new Uint8Array(K * count));
  for (let pixel = 0; pixel < count; pixel++) {
    const felled = random.uniform() < 0.2;
    years.forEach((_, y) => {
      const forest = felled && y > 0 ? random.uniform() < 0.1 : random.uniform() < 0.9;
      percent[y]![number("Conifers") * count + pixel] = forest ? 90 : 10;
      percent[y]![number("Shrubland") * count + pixel] = forest ? 10 : 90;
    });
  }
  const series = { years, classes: K, width: count, height: 1, percent };
  const start = Float64Array.from(legend, ({ name }) => (name === "Conifers" ? 0.9 : 0.01));
  const model = { legend, prior: flat, start, rates: defaultRates };
  const [storm, quiet] = fitGroupMoves(series, model);
  assert.ok(Math.abs(storm![1]! - 0.2) < 0.05, `${storm![1]}`);
  assert.ok(quiet![1]! < 0.02, `${quiet![1]}`);
  for (const matrix of [storm!, quiet!]) {
    assert.ok(matrix.every((share) => share > 0));
    for (let g = 0; g < 4; g++) {
      const sum = matrix.subarray(4 * g, 4 * g + 4).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-12);
    }
  }
});

test("patches join at corners, and small ones take the class around them", () => {
  const map = Uint8Array.of(1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 3, 3, 3, 3);
  const { size, value, patch } = findPatches(map, 4, 4);
  assert.equal(patch[5], patch[10]);
  assert.deepEqual([...size.slice(1)], [10, 2, 4]);
  assert.deepEqual([...value.slice(1)], [1, 2, 3]);
  assert.deepEqual([...filterPatches(map, 4, 4, 3)].slice(5, 11), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual([...filterPatches(map, 4, 4, 3)].slice(12), [3, 3, 3, 3]);
});

/** One pixel, shares in per cent by class name. */
const onePixel = (shares: readonly Readonly<Record<string, number>>[]): ProbabilitySeries => ({
  years: years.slice(0, shares.length),
  classes: K,
  width: 1,
  height: 1,
  percent: shares.map((year) => Uint8Array.from(legend, ({ name }) => year[name] ?? 0)),
});

test("a change of class needs the stated distance from the last accepted year", () => {
  const strong = onePixel([{ Grass: 100 }, { Crops: 90, Grass: 10 }, { Grass: 60, Crops: 40 }]);
  const [grass, crops] = [number("Grass") + 1, number("Crops") + 1];
  const of = (threshold: number) => distanceClasses(strong, threshold).map((map) => map[0]);
  // Distances: 1.273 to the second year; from there 0.707 back.
  assert.deepEqual(of(0), [grass, crops, grass]);
  assert.deepEqual(of(1), [grass, crops, crops]);
  assert.deepEqual(of(1.3), [grass, grass, grass]);
  assert.throws(() => of(1.5), { tag: "UsageError" });
});

test("the mean of networks is their mean, and only of those with data", () => {
  const a = onePixel([{ Grass: 80, Crops: 20 }]);
  const b = onePixel([{ Grass: 20, Crops: 80 }]);
  const mean = meanProbabilities([a, a, b]);
  assert.equal(mean.percent[0]![number("Grass")], 60);
  assert.deepEqual(meanProbabilities([a, onePixel([{}])]).percent, a.percent);
  assert.throws(() => meanProbabilities([a, onePixel([{}, {}])]), { tag: "DataError" });
});

test("years out of order and arrays that do not fit are refused", () => {
  const good = onePixel([{ Grass: 100 }, { Grass: 100 }]);
  assert.throws(() => probabilitySeries({ ...good, years: [2019, 2018] }), /2018 follows 2019/);
  assert.throws(() => probabilitySeries({ ...good, width: 2 }), /11 values, expected 22/);
});

test("an event belongs to the years whose summers it lies between, whenever a mapping year starts", () => {
  assert.equal(pairOfEvent("2018-10-28", years), 0);
  assert.equal(pairOfEvent("2019-03-01", years), 0);
  assert.equal(pairOfEvent("2019-08-01", years), 1);
  assert.equal(pairOfEvent("2017-08-01", years), -1);
  assert.equal(pairOfEvent("2020-08-01", years), -1);
});

test("box sums equal the sums counted one by one", () => {
  const [width, height, radius] = [7, 5, 2];
  const values = Float32Array.from({ length: width * height }, (_, i) => (i * 7) % 5);
  const sums = boxSum(values, width, height, radius);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let expected = 0;
      values.forEach((value, i) => {
        const [u, v] = [i % width, Math.floor(i / width)];
        if (Math.abs(u - x) <= radius && Math.abs(v - y) <= radius) expected += value;
      });
      assert.equal(sums[y * width + x], expected);
    }
  }
});

/** A square of forest with a weakly seen felled patch and as many weak single pixels. */
function standWithPatch() {
  const side = 30;
  const pixels = side * side;
  const percent = years.map(() => new Uint8Array(K * pixels));
  const patch: number[] = [];
  const single: number[] = [];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    const inPatch = x >= 5 && x < 10 && y >= 5 && y < 10;
    const alone = x % 5 === 2 && y % 5 === 2 && x > 14;
    if (inPatch) patch.push(pixel);
    if (alone) single.push(pixel);
    years.forEach((_, n) => {
      const weak = (inPatch || alone) && n > 0;
      percent[n]![number("Conifers") * pixels + pixel] = weak ? 25 : 95;
      percent[n]![number("Shrubland") * pixels + pixel] = weak ? 75 : 5;
    });
  }
  return { series: { years, classes: K, width: side, height: side, percent }, patch, single };
}

test("local rates find a patch without a date and leave single pixels alone", () => {
  const { series, patch, single } = standWithPatch();
  const model = { legend, prior: flat, start: flat, rates: defaultRates, events: [null, null] };
  const share = (maps: readonly Uint8Array[], pixels: number[]) =>
    pixels.filter((pixel) => maps[0]![pixel] !== maps[1]![pixel]).length / pixels.length;
  const rates = { ...defaultRates, group: 0.01 };
  const local = localClasses(series, { ...model, rates }, { trust: 5 });
  const grouped = groupedClasses(series, { ...model, rates });
  assert.equal(share(grouped, patch), share(grouped, single));
  assert.equal(share(local, patch), 1);
  assert.equal(share(local, single), 0);
});

/** A checkerboard of noise around two halves. */
function noisyHalves(side: number, lead: number): ProbabilitySeries {
  const random = createRandom(3);
  const pixels = side * side;
  const percent = new Uint8Array(K * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const left = pixel % side < side / 2;
    const right = random.uniform() < 0.85;
    const winner = left === right ? number("Grass") : number("Water");
    const loser = left === right ? number("Water") : number("Grass");
    percent[winner * pixels + pixel] = lead;
    percent[loser * pixels + pixel] = 100 - lead;
  }
  return { years: [2018], classes: K, width: side, height: side, percent: [percent] };
}

test("smoothing in space repairs scattered errors and keeps what is uniform", () => {
  const side = 40;
  const series = noisyHalves(side, 65);
  const errors = ([map]: readonly Uint8Array[]) =>
    map!.reduce((sum, k, i) => {
      const expected = i % side < side / 2 ? number("Grass") : number("Water");
      return sum + (k === expected + 1 ? 0 : 1);
    }, 0);
  const before = errors(yearlyArgmax(series));
  assert.ok(errors(yearlyArgmax(bayesianSmoothing(series))) < before / 3);
  const unsure = noisyHalves(side, 55);
  assert.ok(errors(yearlyArgmax(bilateralSmoothing(unsure))) < errors(yearlyArgmax(unsure)) / 2);
  const uniform = onePixel([{ Grass: 70, Crops: 30 }]);
  assert.deepEqual(bilateralSmoothing(uniform).percent, uniform.percent);
});

test("a block with the margin of a method equals the same rows of the whole", () => {
  const random = createRandom(11);
  const [width, height] = [16, 48];
  const pixels = width * height;
  const percent = years.map(() => new Uint8Array(K * pixels));
  for (const year of percent) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const a = random.integer(K);
      const p = 50 + random.integer(50);
      year[a * pixels + pixel] = p;
      year[((a + 1 + random.integer(K - 1)) % K) * pixels + pixel] = 100 - p;
    }
  }
  const whole: ProbabilitySeries = { years, classes: K, width, height, percent };
  const events = [Uint8Array.from({ length: pixels }, (_, i) => i % 2), null];
  const fitted = [0, 1].map(() => classTransitions(legend, 0.1));
  const fittedMoves = [groupTransitions(0.1, null), groupTransitions(0.02, 0.4)];
  const model = { legend, prior: flat, start: flat, events, fitted, fittedMoves };
  const [row0, row1] = [20, 30];
  for (const method of consistencyMethods) {
    const [top, bottom] = [row0 - method.margin, row1 + method.margin];
    const rows = (plane: Uint8Array) => plane.slice(top * width, bottom * width);
    const part: ProbabilitySeries = {
      ...whole,
      height: bottom - top,
      percent: percent.map((year) => {
        const planes = legend.map((_, k) => rows(year.subarray(k * pixels, (k + 1) * pixels)));
        return Uint8Array.from(planes.flatMap((plane) => [...plane]));
      }),
    };
    const cut = { ...model, events: events.map((mask) => (mask === null ? null : rows(mask))) };
    const all = method.apply(whole, model);
    const own = method.apply(part, cut);
    all.forEach((map, y) => {
      assert.deepEqual(
        own[y]!.slice(method.margin * width, (row1 - top) * width),
        map.slice(row0 * width, row1 * width),
        method.name,
      );
    });
  }
});
