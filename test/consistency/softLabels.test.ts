import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultRates } from "../../src/consistency/groupedHmm.js";
import { softLabels } from "../../src/consistency/softLabels.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { createRandom } from "../../src/random.js";

const legend = defaultClasses;
const K = legend.length;
const flat = new Float64Array(K).fill(1 / K);

test("soft labels come from pixels that change once, plausibly, and where they are allowed", () => {
  // Class of each pixel in three years, at 90 per cent; the rest is Water.
  const paths = [
    ["Conifers", "Shrubland", "Shrubland"],
    ["Conifers", "Conifers", "Conifers"],
    ["Grass", "Crops", "Grass"],
    ["Artificial", "Artificial", "Grass"],
    ["Grass", "Grass", "Crops"],
    ["Conifers", "Shrubland", "Shrubland"],
  ];
  const pixels = paths.length;
  const percent = [0, 1, 2].map((y) => {
    const out = new Uint8Array(K * pixels);
    paths.forEach((path, pixel) => {
      const k = legend.findIndex(({ name }) => name === path[y]);
      out[k * pixels + pixel] = 90;
      out[legend.findIndex(({ name }) => name === "Water") * pixels + pixel] = 10;
    });
    return out;
  });
  const series = { years: [2018, 2019, 2020], classes: K, width: pixels, height: 1, percent };
  const model = { legend, prior: flat, start: flat, rates: defaultRates, events: [null, null] };
  const allowed = Uint8Array.of(1, 1, 1, 1, 1, 0);
  const labels = softLabels(series, model, allowed, 10, createRandom(1));
  assert.deepEqual([...labels.pixel], [0, 4]);
  for (let row = 0; row < 6; row++) {
    const shares = labels.targets.subarray(row * K, (row + 1) * K);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-5);
    const entropy = -shares.reduce((sum, p) => (p > 0 ? sum + p * Math.log(p) : sum), 0);
    assert.ok(Math.abs(labels.weights[row]! - (1 - entropy / Math.log(K))) < 1e-5);
    const best = legend[shares.indexOf(Math.max(...shares))]!.name;
    assert.equal(best, paths[row < 3 ? 0 : 4]![row % 3]);
  }
  assert.equal(softLabels(series, model, allowed, 1, createRandom(1)).pixel.length, 1);
});
