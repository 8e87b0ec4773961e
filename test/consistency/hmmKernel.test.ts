import assert from "node:assert/strict";
import { test } from "node:test";
import { fitGroupMoves } from "../../src/consistency/fitGroupMoves.js";
import {
  defaultRates,
  type GroupedModel,
  groupedClasses,
} from "../../src/consistency/groupedHmm.js";
import { hmmClasses } from "../../src/consistency/hmm.js";
import { hmmKernel } from "../../src/consistency/hmmKernel.js";
import { localClasses } from "../../src/consistency/localHmm.js";
import type { ProbabilitySeries } from "../../src/consistency/probabilitySeries.js";
import { classTransitions } from "../../src/consistency/transitions.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import type { Legend } from "../../src/manifest/manifest.js";
import { createRandom } from "../../src/random.js";

const skip = hmmKernel(1) ? false : "the HMM kernel is not built";
const random = createRandom(11);

/** The default legend and as many classes of unknown cover as are missing. */
const legendOf = (classes: number): Legend =>
  Array.from({ length: classes }, (_, k) => {
    const entry = defaultClasses[(5 * k + 7) % defaultClasses.length]!;
    return k < defaultClasses.length ? entry : { ...entry, id: k + 1, name: `class ${k}` };
  });

/** Peaked probabilities, with pixels and years that have none, in memory that threads share. */
function randomSeries(classes: number, years: number, width: number, height: number) {
  const pixels = width * height;
  const percent = Array.from({ length: years }, () => {
    const out = new Uint8Array(new SharedArrayBuffer(classes * pixels));
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (pixel % 17 === 0 || random.uniform() < 0.1) continue;
      const first = random.integer(classes);
      const share = 30 + random.integer(71);
      out[first * pixels + pixel] = share;
      out[((first + 1 + random.integer(classes)) % classes) * pixels + pixel]! += 100 - share;
    }
    return out;
  });
  return { years: percent.map((_, y) => 2018 + y), classes, width, height, percent };
}

const shares = (classes: number) => {
  const raw = Float64Array.from({ length: classes }, () => 0.1 + random.uniform());
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
};

test("the compiled models give the bytes of the scripted ones", { skip }, () => {
  for (const [classes, years] of [
    [2, 3],
    [6, 2],
    [11, 3],
    [14, 1],
    [27, 5],
  ] as const) {
    const legend = legendOf(classes);
    const [width, height] = [37, 29];
    const series: ProbabilitySeries = randomSeries(classes, years, width, height);
    const [prior, start] = [shares(classes), shares(classes)];
    const transitions = Array.from({ length: years - 1 }, (_, y) =>
      classTransitions(legend, 0.05 + 0.2 * y),
    );
    const plain = { prior, start, transitions };
    const events = transitions.map((_, y) =>
      y % 2 === 1 ? null : Uint8Array.from({ length: width * height }, () => random.integer(2)),
    );
    const model: GroupedModel = { legend, prior, start, rates: defaultRates, events };
    const name = `${classes} classes, ${years} years`;
    assert.deepEqual(hmmClasses(series, plain), hmmClasses(series, plain, null), name);
    assert.deepEqual(
      groupedClasses(series, model),
      groupedClasses(series, model, null, null),
      `groups, ${name}`,
    );
    assert.deepEqual(
      localClasses(series, model),
      localClasses(series, model, {}, null),
      `local, ${name}`,
    );
    const fitted = { ...model, fittedMoves: fitGroupMoves(series, model) };
    assert.deepEqual(
      localClasses(series, fitted),
      localClasses(series, fitted, {}, null),
      `fitted, ${name}`,
    );
  }
});

test("a legend larger than the compiled models have room for is left to the script", () => {
  assert.equal(hmmKernel(33), null);
});

test("arrays that do not fit are refused before compiled code reads them", { skip }, () => {
  const series = randomSeries(3, 2, 4, 4);
  const prior = shares(3);
  const model = { prior, start: prior, transitions: [new Float64Array(4)] };
  assert.throws(() => hmmClasses(series, model), /transitions is not a Float64Array of 9 values/);
});
