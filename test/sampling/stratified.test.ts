import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { allocate, sampleSize } from "../../src/sampling/sampleSize.js";
import { type StratifiedSample, stratifiedEstimates } from "../../src/sampling/stratified.js";
import {
  type StrataSample,
  stratifiedRatio,
  stratifiedShare,
} from "../../src/sampling/unequalStrata.js";

/** The worked example of Olofsson et al. 2014: areas in pixels of 900 m2. */
const example: StratifiedSample = {
  classes: ["deforestation", "forest gain", "stable forest", "stable non-forest"],
  counts: Float64Array.of(66, 0, 5, 4, 0, 55, 8, 12, 1, 0, 153, 11, 2, 1, 9, 313),
  areas: Float64Array.of(200_000, 150_000, 3_200_000, 6_450_000),
};

test("the worked example of Olofsson et al. 2014 to its printed digits", () => {
  const { overall, user, producer, area } = stratifiedEstimates(example);
  const half = ({ error }: { error: number }) => 1.96 * error;
  const hectares = area.map(({ value }) => Math.round(value * 0.09));
  assert.deepEqual(hectares, [21158, 11686, 285770, 581386]);
  assert.deepEqual(
    area.map((one) => Math.round(half(one) * 0.09)),
    [6158, 3756, 15510, 16282],
  );
  const digits = (values: readonly { value: number }[]) =>
    values.map(({ value }) => value.toFixed(2));
  assert.deepEqual(digits(user), ["0.88", "0.73", "0.93", "0.96"]);
  assert.deepEqual(
    user.map((one) => half(one).toFixed(2)),
    ["0.07", "0.10", "0.04", "0.02"],
  );
  assert.deepEqual([overall.value.toFixed(3), half(overall).toFixed(3)], ["0.947", "0.018"]);
  assert.deepEqual(digits(producer), ["0.75", "0.85", "0.93", "0.96"]);
  assert.deepEqual(
    producer.map((one) => half(one).toFixed(2)),
    ["0.21", "0.25", "0.03", "0.02"],
  );
});

test("the general estimator gives the same where strata are the map's classes", () => {
  const size = 4;
  const stratum: number[] = [];
  const reference: number[] = [];
  example.counts.forEach((count, cell) => {
    for (let n = 0; n < count; n++) {
      stratum.push(Math.floor(cell / size));
      reference.push(cell % size);
    }
  });
  const strata = example.classes.map((name, h) => ({ name, pixels: example.areas[h]! }));
  const sample: StrataSample = { strata, stratum };
  const { overall, user, producer, area } = stratifiedEstimates(example);
  const near = (a: number, b: number, tolerance: number) =>
    assert.ok(Math.abs(a - b) <= tolerance * Math.abs(b), `${a} ${b}`);
  const hit = (k: number) => (n: number) => (stratum[n] === k && reference[n] === k ? 1 : 0);
  near(
    stratifiedShare(sample, (n) => (stratum[n] === reference[n] ? 1 : 0)).value,
    overall.value,
    1e-12,
  );
  for (let k = 0; k < size; k++) {
    const isReference = (n: number) => (reference[n] === k ? 1 : 0);
    const share = stratifiedShare(sample, isReference);
    near(share.value * 10_000_000, area[k]!.value, 1e-12);
    near(share.error * 10_000_000, area[k]!.error, 1e-3);
    const recall = stratifiedRatio(sample, hit(k), isReference);
    near(recall.value, producer[k]!.value, 1e-12);
    near(recall.error, producer[k]!.error, 0.02);
    const precision = stratifiedRatio(sample, hit(k), (n) => (stratum[n] === k ? 1 : 0));
    near(precision.value, user[k]!.value, 1e-12);
    near(precision.error, user[k]!.error, 0.02);
  }
});

test("95 % intervals cover the truth in 92 to 98 % of 2 000 samples", () => {
  const random = createRandom(20);
  const truth = [
    [0.9, 0.06, 0.04],
    [0.1, 0.82, 0.08],
    [0.05, 0.05, 0.9],
  ];
  const areas = Float64Array.of(20_000, 30_000, 50_000);
  const points = [250, 250, 300];
  const total = 100_000;
  const joint = (i: number, j: number) => areas[i]! * truth[i]![j]!;
  const column = (j: number) => [0, 1, 2].reduce((sum, i) => sum + joint(i, j), 0);
  const expected: Record<string, number> = {
    overall: [0, 1, 2].reduce((sum, k) => sum + joint(k, k), 0) / total,
  };
  for (let k = 0; k < 3; k++) {
    expected[`user ${k}`] = truth[k]![k]!;
    expected[`producer ${k}`] = joint(k, k) / column(k);
    expected[`area ${k}`] = column(k);
    expected[`general producer ${k}`] = joint(k, k) / column(k);
    expected[`general area ${k}`] = column(k) / total;
  }
  const covered: Record<string, number> = {};
  const draws = 2000;
  for (let draw = 0; draw < draws; draw++) {
    const counts = new Float64Array(9);
    const stratum: number[] = [];
    const reference: number[] = [];
    points.forEach((n, i) => {
      for (let point = 0; point < n; point++) {
        const u = random.uniform();
        const j = u < truth[i]![0]! ? 0 : u < truth[i]![0]! + truth[i]![1]! ? 1 : 2;
        counts[i * 3 + j]!++;
        stratum.push(i);
        reference.push(j);
      }
    });
    const classes = ["a", "b", "c"];
    const found = stratifiedEstimates({ classes, counts, areas });
    const strata = classes.map((name, h) => ({ name, pixels: areas[h]! }));
    const sample = { strata, stratum };
    const check = (name: string, { low, high }: { low: number; high: number }) => {
      if (low <= expected[name]! && expected[name]! <= high) {
        covered[name] = (covered[name] ?? 0) + 1 / draws;
      }
    };
    check("overall", found.overall);
    for (let k = 0; k < 3; k++) {
      check(`user ${k}`, found.user[k]!);
      check(`producer ${k}`, found.producer[k]!);
      check(`area ${k}`, found.area[k]!);
      const isReference = (n: number) => (reference[n] === k ? 1 : 0);
      const hit = (n: number) => (stratum[n] === k && reference[n] === k ? 1 : 0);
      check(`general producer ${k}`, stratifiedRatio(sample, hit, isReference));
      check(`general area ${k}`, stratifiedShare(sample, isReference));
    }
  }
  assert.deepEqual(Object.keys(covered).sort(), Object.keys(expected).sort());
  for (const [name, share] of Object.entries(covered)) {
    assert.ok(share >= 0.92 && share <= 0.98, `${name} ${share}`);
  }
});

test("a stratum with one point is refused by name, an empty one without area is not", () => {
  const counts = Float64Array.of(1, 0, 0, 5);
  const classes = ["felled", "rest"];
  const of = (areas: Float64Array) => () => stratifiedEstimates({ classes, counts, areas });
  assert.throws(
    of(Float64Array.of(10, 90)),
    /stratum felled: 1 sample points, expected at least 2/,
  );
  const none = { classes, counts: Float64Array.of(0, 0, 1, 5), areas: Float64Array.of(0, 90) };
  assert.ok(Number.isNaN(stratifiedEstimates(none).user[0]!.value));
  const strata = [{ name: "felled", pixels: 10 }];
  assert.throws(() => stratifiedShare({ strata, stratum: [0] }, () => 1), { tag: "DataError" });
});

test("sample size of the method, and points by stratum", () => {
  assert.equal(sampleSize([0.5, 0.5], [0.8, 0.8], 0.015), 711);
  assert.deepEqual(allocate(100, [1000, 9000], 30), [34, 66]);
  assert.deepEqual(allocate(100, [5, 9995], 30), [5, 95]);
  assert.throws(() => allocate(50, [1000, 1000], 30), { tag: "UsageError" });
});
