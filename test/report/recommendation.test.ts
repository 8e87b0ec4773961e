import assert from "node:assert/strict";
import { test } from "node:test";
import { recommendation } from "../../src/report/recommendation.js";
import type { Row } from "../../src/table/csv.js";

const score = (model: string, measure: string, value: number, period = "mean"): Row => ({
  model,
  measure,
  period,
  value,
});
const difference = (measure: string, value: number): Row => ({
  model: "multi-year",
  against: "local-hmm",
  measure,
  period: "mean",
  value,
  low: value - 0.01,
  high: value + 0.01,
});
const point = (model: string, setting: number, recall: number, falseChange: number): Row[] =>
  Object.entries({ agreement: 0.95, storm_recall: recall, false_change: falseChange }).map(
    ([measure, value]) => ({
      model,
      parameter: "yearly change",
      setting,
      standard: setting === 0.03 ? "yes" : "no",
      measure,
      value,
    }),
  );
const scores = [
  score("local-hmm", "agreement", 0.95),
  score("local-hmm", "storm_recall", 0.9, "2018-2019"),
  score("local-hmm", "false_change", 0.015),
  score("local-hmm", "change_recall", 0.85, "2018-2019"),
  score("local-hmm", "change_recall", 0.25, "2019-2020"),
  score("local-hmm", "change_recall", 0.55),
  score("multi-year", "change_recall", 0.9, "2018-2019"),
  score("multi-year", "change_recall", 0.7, "2019-2020"),
  score("local-hmm", "change_precision", 0.75, "2018-2019"),
  score("multi-year", "change_precision", 0.42, "2018-2019"),
  score("multi-year", "storm_recall", 0.88, "2018-2019"),
  score("multi-year", "false_change", 0.08),
];
const differences = [
  difference("agreement", -0.08),
  difference("accuracy", 0.002),
  difference("change_recall", 0.25),
];

test("the recommendation states gain, cost and what a stricter bar would cost", () => {
  const curve = [
    ...point("local-hmm", 0.03, 0.9, 0.015),
    ...point("local-hmm", 0.003, 0.8, 0.009),
    ...point("grouped-hmm-undated", 0.1, 0.85, 0.008),
    ...point("hmm", 0.1, 0.99, 0.001),
  ];
  const words = recommendation({ scores, differences, curve }).join("\n");
  assert.match(words, /agree on 95\.0 %.*\+8\.0 points \(95 % interval \+7\.0 to \+9\.0/);
  assert.match(words, /shows 90\.0 % of the felled conifers \(yearly maps 88\.0 %\)/);
  assert.match(
    words,
    /shows 85\.0 % in 2018-2019 .* and 25\.0 % in 2019-2020 \(yearly maps 70\.0 %\)/,
  );
  assert.match(
    words,
    /maps as changed, 75\.0 % in 2018-2019 \(yearly maps 42\.0 %\) truly changed/,
  );
  assert.match(words, /on average −25\.0 points/);
  assert.match(words, /This setting keeps false change below 2\.0 %/);
  assert.match(
    words,
    /below 1\.0 % costs: grouped-hmm-undated .* storm recall 85\.0 %, −5\.0 points/,
  );
});

test("without truth of change it says that this cannot be told", () => {
  const known = scores.slice(0, 1);
  const words = recommendation({ scores: known, differences, curve: [] }).join("\n");
  assert.match(words, /cannot be told here/);
  assert.deepEqual(recommendation({ scores: [], differences: [], curve: [] }), []);
});

test("maps that are less accurate beyond their interval are not recommended", () => {
  const lower = [difference("agreement", -0.08), difference("accuracy", 0.039)];
  const words = recommendation({ scores, differences: lower, curve: [] }).join("\n");
  assert.match(words, /^Not recommended here: .*less accurate.*maps\/multi-year/);
  assert.match(words, /Accuracy changes by −3\.9 points/);
});
