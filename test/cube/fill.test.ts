import assert from "node:assert/strict";
import { test } from "node:test";
import { createWeights, fillBand, fillWeights, planFill } from "../../src/cube/fill.js";
import { bindIndices, indexSeries } from "../../src/cube/indices.js";
import { percentile, sortedPercentile, sortFirst } from "../../src/cube/percentile.js";
import { seriesDates } from "../../src/cube/seriesDates.js";
import { createRandom } from "../../src/random.js";
import { gridDays, mappingYear } from "../../src/scenes/mappingYear.js";

function fill(
  days: number[],
  values: number[],
  valid: number[],
  dates: number[],
  events: number[],
) {
  const plan = planFill(Int32Array.from(days), Int32Array.from(dates), events);
  const weights = createWeights(dates.length);
  const complete = fillWeights(plan, Uint8Array.from(valid), 0, weights);
  const out = new Int16Array(dates.length);
  fillBand(weights, 1, Int16Array.from(values), -32768, out, 0, 1);
  return { out: [...out], flags: [...weights.flags], complete };
}

test("dates are filled linearly between valid observations and held at the ends", () => {
  const { out, flags, complete } = fill(
    [-10, 20, 40, 50, 90],
    [100, 400, 9999, 700, 1500],
    [1, 1, 0, 1, 1],
    [5, 20, 30, 62, 99, 100],
    [],
  );
  // (5): 100 + 15/30 * 300; (30): 400 + 10/30 * 300; (62): 700 + 12/40 * 800; 99, 100: last held
  assert.deepEqual(out, [250, 400, 500, 940, 1500, 1500]);
  assert.deepEqual(flags, [0, 1, 0, 0, 1, 0]);
  assert.equal(complete, true);
});

test("no value crosses an event, and an observation on its day serves neither side", () => {
  const days = [0, 30, 40, 60, 80];
  const values = [100, 130, 5000, 600, 800];
  const ones = [1, 1, 1, 1, 1];
  const { out, flags } = fill(days, values, ones, [10, 35, 39, 40, 45, 70], [40]);
  assert.deepEqual(out, [110, 130, 130, 600, 600, 700]);
  assert.deepEqual(flags, [0, 1, 1, 0, 0, 0]);
  const later = [...values];
  later[3] = -7;
  later[4] = -8;
  const changed = fill(days, later, ones, [10, 35, 39, 40, 45, 70], [40]);
  assert.deepEqual(changed.out.slice(0, 3), out.slice(0, 3));
  const empty = fill([0, 30], [1, 2], [1, 1], [10, 50], [40]);
  assert.deepEqual(empty, { out: [1, -32768], flags: [0, 0], complete: false });
});

test("the pixels of a run are filled side by side, each from its own observations", () => {
  const plan = planFill(Int32Array.of(0, 10, 20), Int32Array.of(5, 15), []);
  const weights = createWeights(2, 3);
  // [scene][pixel]: the first pixel is seen three times, the second at the ends, the third never.
  const valid = Uint8Array.of(1, 1, 0, 1, 0, 0, 1, 1, 0);
  const values = Int16Array.of(0, 0, 7, 100, 999, 7, 300, 400, 7);
  const complete = [0, 1, 2].map((pixel) => fillWeights(plan, valid, pixel, weights));
  const out = new Int16Array(8);
  fillBand(weights, 3, values, -32768, out, 1, 4);
  assert.deepEqual([...out], [0, 50, 100, -32768, 0, 200, 300, -32768]);
  assert.deepEqual([...weights.flags], [1, 1, 0, 1, 1, 0]);
  assert.deepEqual(complete, [true, true, false]);
});

test("two observations of one day and none at all", () => {
  assert.deepEqual(fill([10, 10], [100, 200], [1, 1], [5, 10, 15], []).out, [100, 200, 200]);
  assert.equal(fill([10], [1], [0], [5, 10], []).complete, false);
});

test("grid dates and mapping years", () => {
  const days = gridDays(20);
  assert.deepEqual([...days.subarray(0, 3), days[19]], [10, 28, 47, 357]);
  assert.equal(mappingYear(2018, "11-01").start, Date.UTC(2017, 10, 1) / 86400000);
  assert.equal(mappingYear(2016, "01-01").length, 366);
});

test("dates are those of the grid, or the clearest acquisition near each of them", () => {
  const year = mappingYear(2018, "11-01");
  const at = (day: number, validShare: number | null) => ({
    day: year.start + day - 1,
    validShare,
  });
  // The grid of four has days 47, 138, 229, 320; they meet at 92.5, 183.5 and 274.5.
  assert.deepEqual([...seriesDates("grid", 4, year, [])], [47, 138, 229, 320]);
  const scenes = [
    at(-5, 1), // before the year
    at(3, 0.4),
    at(60, 0.9),
    at(92, 0.8),
    at(93, 0.5), // nearer to the second date
    at(200, 0.7),
    at(258, 0.7), // as clear and as far as the one before: the earlier stays
    at(366, 1), // after the year
  ];
  const dates = seriesDates("acquisitions", 4, year, scenes);
  assert.deepEqual([...dates], [60, 93, 200, 320]);
  assert.deepEqual(seriesDates("acquisitions", 4, year, scenes.toReversed()), dates);
});

test("indices follow their formulae, clamp and refuse empty denominators", () => {
  const bands = ["B02", "B03", "B04", "B08", "B11", "B12"];
  const bound = bindIndices(bands);
  const value = (name: string, r: number[]) => {
    const out = new Float64Array(1);
    const bands = r.map((one) => Float64Array.of(one));
    indexSeries(bound.find((one) => one.name === name)!, bands, 1, out);
    return out[0]!;
  };
  const r = [0.05, 0.08, 0.06, 0.4, 0.2, 0.1];
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} ${expected}`);
  near(value("NDVI", r), 0.34 / 0.46);
  near(value("EVI", r), (2.5 * 0.34) / (0.4 + 0.36 - 0.375 + 1));
  near(value("NDWI", r), -0.32 / 0.48);
  near(value("MNDWI", r), -0.12 / 0.28);
  near(value("NDMI", r), 0.2 / 0.6);
  near(value("NBR2", r), 0.1 / 0.3);
  near(value("BSI", r), (0.26 - 0.45) / (0.26 + 0.45));
  near(value("brightness", r), Math.sqrt((0.0025 + 0.0064 + 0.0036) / 3));
  // Bright blue: the denominator of EVI falls to 0.02.
  assert.equal(value("EVI", [0.27, 0, 0.045, 0.775, 0, 0]), 2);
  assert.ok(Number.isNaN(value("NDVI", [0, 0, 0, 0, 0, 0])));
  assert.equal(value("NDVI", [0, 0, 0.1, -0.3, 0, 0]), 1);
  assert.deepEqual(
    bindIndices(["NDVI"]).map(({ name, kind }) => [name, kind]),
    [["NDVI", "stored"]],
  );
  assert.deepEqual(
    bindIndices(["B11", "B12", "B8A"]).map(({ name }) => name),
    ["NBR2"],
  );
});

test("percentiles are linear between ranks", () => {
  const values = Float64Array.of(5, 1, 4, 2, 99);
  sortFirst(values, 4);
  assert.deepEqual([...values], [1, 2, 4, 5, 99]);
  assert.equal(sortedPercentile(values, 4, 0.5), 3);
  assert.ok(Math.abs(sortedPercentile(values, 4, 0.1) - 1.3) < 1e-12);
  assert.ok(Math.abs(sortedPercentile(values, 4, 0.9) - 4.7) < 1e-12);
  assert.ok(Number.isNaN(sortedPercentile(values, 0, 0.5)));
});

test("percentiles of values in any order equal those of sorted ones", () => {
  const random = createRandom(3);
  for (const count of [1, 2, 13, 14, 15, 200, 1000]) {
    // Few distinct values, so that ties meet the pivot; an ordered run and a reversed one.
    const runs = [
      Float64Array.from({ length: count }, () => random.integer(40)),
      Float64Array.from({ length: count }, (_, i) => i),
      Float64Array.from({ length: count }, (_, i) => -i),
    ];
    for (const values of runs) {
      const sorted = values.toSorted();
      const own = Float64Array.from([...values, Number.POSITIVE_INFINITY]);
      sortFirst(own, count);
      assert.deepEqual(own.subarray(0, count), sorted);
      for (const share of [0, 0.02, 0.5, 0.98, 1]) {
        assert.equal(percentile(values.slice(), share), sortedPercentile(sorted, count, share));
      }
    }
  }
});
