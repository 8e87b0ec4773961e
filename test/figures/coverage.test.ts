import assert from "node:assert/strict";
import { test } from "node:test";
import { coverageChart } from "../../src/figures/charts/coverage.js";
import type { SceneDecision } from "../../src/scenes/scene.js";

function scene(day: string, validShare: number, decision: "use" | "drop" = "use"): SceneDecision {
  return {
    scene: { id: day, time: `${day}T10:10:31.000Z` },
    validShare,
    decision,
    reason: "",
  } as SceneDecision;
}

const gaps = (decisions: SceneDecision[], years: number[], yearStart?: string) =>
  (coverageChart(decisions, years, yearStart).layout.shapes as { x0: string; x1: string }[]).map(
    ({ x0, x1 }) => `${x0} ${x1}`,
  );

test("gaps of over 30 days are shaded, at the ends of a mapping year and beyond it too", () => {
  const series = [
    scene("2017-11-20", 0.9),
    scene("2017-12-15", 0.9),
    scene("2018-01-20", 0.1),
    scene("2018-01-25", 0.9, "drop"),
    scene("2018-02-20", 0.5),
    scene("2018-03-20", 0.5),
    scene("2018-09-01", 0.2),
    scene("2018-11-20", 0.9),
  ];
  assert.deepEqual(gaps(series, [2018], "11-01"), [
    "2017-12-15 2018-02-20",
    "2018-03-20 2018-09-01",
    "2018-09-01 2018-11-01",
  ]);
  assert.deepEqual(gaps(series.slice(0, 2), [2018], "11-01"), ["2017-12-15 2018-11-01"]);
  assert.deepEqual(gaps([], [2018, 2019]), ["2018-01-01 2019-01-01", "2019-01-01 2020-01-01"]);
});
