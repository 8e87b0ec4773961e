import assert from "node:assert/strict";
import { test } from "node:test";
import { createChain } from "../../src/consistency/chain.js";
import { emissionTable, readEmissions } from "../../src/consistency/emissions.js";
import { fitTransitions } from "../../src/consistency/fitTransitions.js";
import { defaultRates, groupedClasses, groupedHmm } from "../../src/consistency/groupedHmm.js";
import { hmmClasses, viterbiClasses } from "../../src/consistency/hmm.js";
import { type ProbabilitySeries, yearlyArgmax } from "../../src/consistency/probabilitySeries.js";
import { classTransitions, groupTransitions } from "../../src/consistency/transitions.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { createRandom } from "../../src/random.js";
import { enumeratePaths } from "./pathOracle.js";

const legend = defaultClasses;
const K = legend.length;
const years = [2018, 2019, 2020];
const random = createRandom(7);

/** Series of random probabilities that sum to 100, peaked by a power. */
function randomSeries(pixels: number): ProbabilitySeries {
  const percent = years.map(() => new Uint8Array(K * pixels));
  for (const year of percent) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const raw = Array.from({ length: K }, () => random.uniform() ** 6);
      const sum = raw.reduce((a, b) => a + b, 0);
      raw.forEach((value, k) => {
        year[k * pixels + pixel] = Math.round((100 * value) / sum);
      });
    }
  }
  return { years, classes: K, width: pixels, height: 1, percent };
}

const simplex = () => {
  const raw = Float64Array.from({ length: K }, () => 0.2 + random.uniform());
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
};
const pixels = 60;
const series = randomSeries(pixels);
const prior = simplex();
const start = simplex();
const table = emissionTable(prior);

function emissionsOf(pixel: number): Float64Array {
  const out = new Float64Array(years.length * K);
  years.forEach((_, y) => {
    readEmissions(table, series.percent[y]!, pixel, pixels, K, out, y * K);
  });
  return out;
}

test("forward-backward and Viterbi equal the enumeration of all 1 331 paths", () => {
  const transitions = [classTransitions(legend, 0.1), classTransitions(legend, 0.4)];
  const model = { prior, start, transitions };
  const posterior = hmmClasses(series, model);
  const path = viterbiClasses(series, model);
  const chain = createChain(K, years.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const emission = emissionsOf(pixel);
    const oracle = enumeratePaths(emission, start, transitions);
    chain.emission.set(emission);
    chain.run(start, transitions);
    chain.posterior.forEach((value, i) => {
      assert.ok(Math.abs(value - oracle.posterior[i]!) < 1e-12);
    });
    years.forEach((_, y) => {
      assert.equal(path[y]![pixel], oracle.path[y]! + 1);
      const own = oracle.posterior.subarray(y * K, (y + 1) * K);
      assert.equal(posterior[y]![pixel], own.indexOf(Math.max(...own)) + 1);
    });
  }
});

test("a chain that cannot change gives one class, the largest of log start + sum of log emissions", () => {
  const transitions = years.slice(1).map(() => classTransitions(legend, 0));
  for (const decode of [hmmClasses, viterbiClasses]) {
    const [first, ...others] = decode(series, { prior, start, transitions });
    for (const map of others) assert.deepEqual(map, first);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const emission = emissionsOf(pixel);
      const scores = Array.from(start, (share, k) =>
        years.reduce((sum, _, y) => sum + Math.log(emission[y * K + k]!), Math.log(share)),
      );
      assert.equal(first![pixel], scores.indexOf(Math.max(...scores)) + 1);
    }
  }
});

test("equal transitions and a flat start give the yearly argmax of the emissions", () => {
  const even = new Float64Array(K * K).fill(1 / K);
  const flat = new Float64Array(K).fill(1 / K);
  const model = { prior: flat, start: flat, transitions: [even, even] };
  assert.deepEqual(hmmClasses(series, model), yearlyArgmax(series));
});

test("transition rows sum to 1, follow the direction and never turn water into forest", () => {
  const matrix = classTransitions(legend, 0.03);
  const at = (from: string, to: string) =>
    matrix[
      legend.findIndex(({ name }) => name === from) * K +
        legend.findIndex(({ name }) => name === to)
    ]!;
  for (let k = 0; k < K; k++) {
    const sum = matrix.subarray(k * K, (k + 1) * K).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
  assert.equal(at("Conifers", "Conifers"), 0.97);
  assert.equal(at("Water", "Conifers"), 0);
  assert.ok(at("Conifers", "Shrubland") / at("Conifers", "Broadleaves") > 99);
  const event = groupTransitions(0.03, 0.7);
  assert.ok(Math.abs(event[0]! - 0.3) < 1e-12 && Math.abs(event[1]! - 0.686) < 1e-12);
});

/** One pixel with the given shares in the given years. */
function pixelSeries(shares: readonly Readonly<Record<string, number>>[]): ProbabilitySeries {
  const percent = shares.map((year) =>
    Uint8Array.from(legend, ({ name }) => Math.round(100 * (year[name] ?? 0))),
  );
  return { years: years.slice(0, shares.length), classes: K, width: 1, height: 1, percent };
}

const flat = new Float64Array(K).fill(1 / K);
const named = (maps: readonly Uint8Array[]) => maps.map((map) => legend[map[0]! - 1]?.name);

test("felled forest that spreads over open classes is found by groups with the date, not by classes", () => {
  const standing = { Conifers: 0.85, Shrubland: 0.15 };
  const felled = { Conifers: 0.32, Grass: 0.2, Shrubland: 0.22, Rocks: 0.14, Artificial: 0.12 };
  const one = pixelSeries([standing, felled, felled]);
  const plain = years.slice(1).map(() => classTransitions(legend, 0.03));
  assert.deepEqual(named(hmmClasses(one, { prior: flat, start: flat, transitions: plain })), [
    "Conifers",
    "Conifers",
    "Conifers",
  ]);
  const model = (events: (Uint8Array | null)[]) => ({
    legend,
    prior: flat,
    start: flat,
    rates: defaultRates,
    events,
  });
  assert.deepEqual(named(groupedClasses(one, model([Uint8Array.of(1), null]))), [
    "Conifers",
    "Shrubland",
    "Shrubland",
  ]);
  assert.equal(new Set(named(groupedClasses(one, model([null, null])))).size, 1);
  let change = 0;
  groupedHmm(one, model([Uint8Array.of(1), null]), (_, found) => {
    change = found.change[0]!;
    for (let y = 0; y < 3; y++) {
      const sum = found.posterior.subarray(y * K, (y + 1) * K).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - 1) < 1e-9);
    }
    assert.equal(found.change[1], 0);
  });
  assert.ok(change > 0.5 && change <= 1);
});

test("a year without data takes the class of its neighbours, a pixel without any stays empty", () => {
  const gap = pixelSeries([{ Grass: 0.9, Crops: 0.1 }, {}, { Grass: 0.8, Crops: 0.2 }]);
  const transitions = years.slice(1).map(() => classTransitions(legend, 0.03));
  const model = { prior: flat, start: flat, transitions };
  assert.deepEqual(named(hmmClasses(gap, model)), ["Grass", "Grass", "Grass"]);
  const nothing = pixelSeries([{}, {}, {}]);
  assert.deepEqual(
    hmmClasses(nothing, model).map(([id]) => id),
    [0, 0, 0],
  );
});

test("fitted transitions recover the rate of change of simulated series", () => {
  const count = 4000;
  const truth = 0.2;
  const percent = years.map(() => new Uint8Array(K * count));
  for (let pixel = 0; pixel < count; pixel++) {
    let state = random.integer(2);
    years.forEach((_, y) => {
      if (y > 0 && random.uniform() < truth) state = 1 - state;
      // Emissions 0.9 / 0.1 that are right in nine of ten cases, as the model believes.
      const seen = random.uniform() < 0.9 ? state : 1 - state;
      percent[y]![seen * count + pixel] = 90;
      percent[y]![(1 - seen) * count + pixel] = 10;
    });
  }
  const simulated = { years, classes: K, width: count, height: 1, percent };
  const transitions = years.slice(1).map(() => classTransitions(legend, 0.03));
  const fitted = fitTransitions(simulated, { prior: flat, start: flat, transitions }, 60);
  const [matrix] = fitted.transitions;
  const moved = (matrix![1]! + matrix![K]!) / 2;
  assert.ok(Math.abs(moved - truth) < 0.04, `${moved}`);
});
