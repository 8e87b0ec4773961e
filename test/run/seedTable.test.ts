import assert from "node:assert/strict";
import { test } from "node:test";
import { seedTable } from "../../src/run/seedTable.js";

test("differences stand seed by seed and pooled, with their signs and intervals", () => {
  const row = (seed: string, value: string, low: string, high: string) => ({
    ...{ seed, model: "multi-year", against: "single-year", measure: "agreement", period: "mean" },
    ...{ value, low, high },
  });
  const rows = [
    row("1", "0.0826", "0.0414", "0.1272"),
    row("2", "-0.0100", "-0.0300", "0.0100"),
    row("pooled", "0.0363", "0.0200", "0.0500"),
    { ...row("1", "0.5", "0.5", "0.5"), period: "2018-2019" },
    { ...row("1", "0.5", "0.5", "0.5"), model: "single-year-share" },
  ];
  const lines = seedTable(rows)
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(lines, [
    ["multi-year minus", "seed 1", "seed 2", "pooled"],
    [
      "single-year, agreement",
      "+0.083 [+0.041 +0.127]",
      "-0.010 [-0.030 +0.010]",
      "+0.036 [+0.020 +0.050]",
    ],
  ]);
  assert.equal(seedTable([]), "");
});
