import assert from "node:assert/strict";
import { test } from "node:test";
import { createStatistics } from "../../src/cube/pixelStatistics.js";
import type { YearPlan } from "../../src/cube/yearPlan.js";

/** Reflectance x 10 000 of B03, B08 and B11. */
const snow = [8000, 7500, 800];
const water = [600, 200, 100];
const gravel = [1500, 2200, 2600];

/** Snow and water shares of one pixel that was seen in a row of states. */
function shares(bands: readonly string[], states: readonly (readonly number[])[]): number[] {
  const run = {
    size: 1,
    values: Int16Array.from(bands.flatMap((_, b) => states.map((state) => state[b]!))),
    valid: new Uint8Array(states.length).fill(1),
  };
  const plan = {
    first: 0,
    counted: [new Uint8Array(states.length).fill(1)],
    summer: states.map((_, i) => (i % 2 === 0 ? 1 : 0)),
  } as unknown as YearPlan;
  const statistics = createStatistics(bands, run);
  statistics.compute(plan, 0, 0);
  return [...statistics.result.rules].map((share) => Math.round(share * 1000) / 1000);
}

const bands = ["B03", "B08", "B11"];

test("snow is no water although its MNDWI is as high", () => {
  assert.deepEqual(shares(bands, [gravel, snow, gravel, snow]), [0, 0]);
  assert.deepEqual(shares(bands, [water, snow, water, gravel]), [1, 0.667]);
  assert.deepEqual(shares(bands, [snow, snow]), [1, Number.NaN]);
});

test("without a near-infrared band every date of high MNDWI counts as water", () => {
  const dark = [snow, water, gravel].map(([green, , infrared]) => [green!, infrared!]);
  assert.deepEqual(shares(["B03", "B11"], dark), [0.5, 0.667]);
});
