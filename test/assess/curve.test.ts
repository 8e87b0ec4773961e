import assert from "node:assert/strict";
import { test } from "node:test";
import { scoredPixels, sumBlocks } from "../../src/assess/blockCounts.js";
import { blockDraws } from "../../src/assess/bootstrap.js";
import { curveCounts, curveMeasures } from "../../src/assess/curve.js";
import { scoreSheet } from "../../src/assess/scoreSheet.js";
import { unchangedPixels } from "../../src/assess/truth.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { createRandom } from "../../src/random.js";

const legend = defaultClasses;
const years = [2018, 2019, 2020];
const random = createRandom(5);
const pixels = 600;
const id = (name: string) => legend.find((entry) => entry.name === name)!.id;

test("points of the curve equal the scores of the tables", () => {
  const truth = [Uint8Array.from({ length: pixels }, () => legend[random.integer(11)]!.id)];
  const storm = Uint8Array.from(truth[0]!, (k) => (k === id("Conifers") ? random.integer(2) : 0));
  truth.push(truth[0]!.map((k, i) => (storm[i] === 1 ? id("Shrubland") : k)));
  truth.push(truth[1]!.map((k) => (random.uniform() < 0.1 ? id("Crops") : k)));
  const noisy = (map: Uint8Array) =>
    map.map((k) => (random.uniform() < 0.3 ? legend[random.integer(11)]!.id : k));
  const maps = new Map(years.map((year, n) => [year, noisy(truth[n]!)]));
  const block = Uint16Array.from({ length: pixels }, (_, i) => i % 10);
  const scored = scoredPixels({ block, set: new Uint8Array(pixels).fill(1) });
  const validation = {
    reference: "truth",
    years: new Map(years.map((year, n) => [year, truth[n]!])),
    change: { unchanged: unchangedPixels(truth), storm },
    observations: null,
  };
  const total = sumBlocks(curveCounts(legend, years, maps, validation, scored));
  const measures = curveMeasures(years.length);
  const sheet = scoreSheet({ legend, years }, maps, validation, scored, blockDraws(10, 20));
  const expected = (measure: string, period: string) =>
    sheet.find((one) => one.measure === measure && one.period === period)!.distribution.value;
  for (const measure of ["agreement", "false_change", "accuracy"]) {
    assert.ok(Math.abs(measures[measure]!(total) - expected(measure, "mean")) < 1e-12, measure);
  }
  const felled = expected("storm_recall", "2018-2019");
  assert.equal(measures.storm_recall!(total), felled);
  const changed = (n: number) => truth[n]!.filter((k, i) => k !== truth[n + 1]![i]).length;
  const recall =
    (expected("change_recall", "2018-2019") * changed(0) +
      expected("change_recall", "2019-2020") * changed(1)) /
    (changed(0) + changed(1));
  assert.ok(Math.abs(measures.change_recall!(total) - recall) < 1e-12);
});
