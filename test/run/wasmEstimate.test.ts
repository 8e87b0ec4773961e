import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultParameters } from "../../src/manifest/manifest.js";
import { gradientSteps } from "../../src/network/networkJobs.js";
import { wasmSeconds } from "../../src/network/wasmCost.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { wasmMinutes } from "../../src/run/wasmEstimate.js";
import { bareStudy } from "../study/bareStudy.js";

test("steps are passes over the samples, and never fewer than the least", () => {
  const parameters = { batch: 512, epochs: 15, minSteps: 360 };
  assert.equal(gradientSteps(parameters, 24_000), 15 * 47);
  assert.equal(gradientSteps(parameters, 1_000), 360);
});

test("the estimate for WASM counts the steps that few samples still take", () => {
  const grid = gridFromBounds(32632, [690000, 5125000, 691000, 5126000], 10);
  const minutes = (trainSamples: number) =>
    wasmMinutes({
      ...bareStudy("none", grid, {}),
      parameters: { ...defaultParameters, trainSamples },
    });
  assert.equal(minutes(100), minutes(512));
  // At least what the 360 steps of the one network of a single year cost.
  const { batch, minSteps, datesPerYear, units } = defaultParameters;
  assert.ok(minutes(100) * 60 >= wasmSeconds("train", minSteps * batch * datesPerYear, units));
  assert.ok(minutes(24_000) > minutes(100));
});
