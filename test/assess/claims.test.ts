import assert from "node:assert/strict";
import { test } from "node:test";
import { type CurvePoint, curveClaims } from "../../src/assess/claims.js";
import { claimsInWords } from "../../src/report/claims.js";

/** A point whose draws lie two hundredths on either side of the value. */
const point = (
  model: string,
  setting: number | null,
  agreement: number,
  recall: number,
): CurvePoint => {
  const around = (value: number) => ({ value, draws: Float64Array.of(value, value) });
  return {
    model,
    setting,
    measures: {
      agreement: {
        value: agreement,
        draws: Float64Array.of(agreement - 0.02, agreement + (setting === null ? -0.02 : 0.02)),
      },
      storm_recall: around(recall),
      change_recall: around(recall),
      false_change: around(0.01),
    },
  };
};

const points = [
  point("multi-year", null, 0.85, 0.9),
  point("filter-ends", null, 0.96, 0.5),
  point("grouped-hmm", 0.03, 0.94, 0.92),
  point("grouped-hmm", 0.3, 0.9, 0.95),
  point("grouped-hmm, event", 0.03, 0.955, 0.8),
  point("hmm", 0.1, 0.99, 0.99),
];

test("each claim takes the setting that answers it, with paired differences", () => {
  const rows = curveClaims(points);
  const row = (claim: string, measure: string) =>
    rows.find((one) => one.claim === claim && one.measure === measure)!;
  const first = row("agreement at equal storm recall", "agreement");
  assert.deepEqual(
    [first.model, first.setting, first.against],
    ["grouped-hmm", 0.03, "multi-year"],
  );
  assert.ok(Math.abs(Number(first.value) - 0.09) < 1e-12);
  // Nothing agrees as much as the filter: the nearest, and its distance is told.
  const second = row("storm recall at equal agreement", "storm_recall");
  assert.deepEqual([second.model, second.setting], ["grouped-hmm, event", 0.03]);
  assert.ok(Math.abs(Number(second.value) - 0.3) < 1e-12);
});

test("the report says which claims the data give", () => {
  const difference = (model: string, against: string, measure: string, value: number) => ({
    model,
    against,
    measure,
    period: "mean",
    value,
    low: value - 0.01,
    high: value + 0.01,
  });
  const words = claimsInWords(curveClaims(points), [
    difference("multi-year", "multi-year-soft", "storm_direction", 0.014),
    difference("multi-year", "multi-year-soft", "storm_recall", 0),
    difference("multi-year", "multi-year-soft", "accuracy", 0.011),
    difference("multi-year", "constant", "agreement", -0.15),
    difference("multi-year", "constant", "accuracy", 0.02),
    difference("multi-year", "constant", "change_recall", 0.8),
  ]).join("\n");
  assert.match(words, /\+9\.0 points .*; holds, whole interval/);
  assert.match(words, /the nearest, at −0\.5 points .* more of the storm: \+30\.0 points/);
  assert.match(words, /direction of change −1\.4 points.*does not hold/);
  assert.match(words, /agreement \+15\.0 points .* accuracy −2\.0 points/);
  assert.deepEqual(claimsInWords([], []), []);
});
