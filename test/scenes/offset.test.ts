import assert from "node:assert/strict";
import { test } from "node:test";
import { compareBaselines, parseBaseline } from "../../src/scenes/baseline.js";
import { decideOffset } from "../../src/scenes/offset.js";
import type { Scene } from "../../src/scenes/scene.js";

const scene = (facts: Partial<Scene>): Scene => ({
  id: "S2A_32TPS_20200101_0_L2A",
  time: "2020-01-01T10:14:11.000Z",
  origin: "earth-search",
  collection: "sentinel-2-l2a",
  tile: "32TPS",
  platform: "sentinel-2a",
  orbit: 22,
  baseline: null,
  product: null,
  generated: null,
  original: false,
  tileCloud: 10,
  bands: {},
  mask: null,
  defect: null,
  ...facts,
});

// Facts of the scene, layer, rule, digital numbers to add (null = undecided).
const vectors: [Partial<Scene>, string, string, number | null][] = [
  [{ baseline: { major: 5, minor: 0 } }, "SCL", "R0", 0],
  [{ baseline: { major: 2, minor: 13 } }, "B04", "R3", 0],
  [{ baseline: { major: 3, minor: 1 }, origin: "cdse" }, "B04", "R3", 0],
  [{ baseline: { major: 5, minor: 0 }, collection: "sentinel-2-c1-l2a" }, "B04", "R4", -1000],
  [{ baseline: { major: 5, minor: 10 }, origin: "cdse" }, "B04", "R4", -1000],
  [{ baseline: { major: 4, minor: 0 }, origin: "planetary-computer" }, "B04", "R4", -1000],
  [{ baseline: { major: 5, minor: 9 }, original: true }, "B04", "R4", -1000],
  [{ baseline: { major: 5, minor: 9 } }, "B04", "R5-R9", null],
  [{ product: "S2A_MSIL2A_20200101T101411_N0213_R022_T32TPS_x" }, "B04", "R10 R3", 0],
  [
    { product: "S2A_MSIL2A_20200101T101411_N0500_R022_T32TPS_x", origin: "cdse" },
    "B04",
    "R10 R4",
    -1000,
  ],
  [{ product: "S2A_MSIL2A_20200101T101411_N9999_R022_T32TPS_x" }, "B04", "R10", null],
  [{}, "B04", "R10", null],
  [{ origin: "manifest" }, "B04", "manifest", 0],
];

test("every branch of the offset rules", () => {
  for (const [facts, layer, rule, offset] of vectors) {
    const decided = decideOffset(scene(facts), layer);
    assert.deepEqual([decided.rule, decided.offset], [rule, offset], JSON.stringify(facts));
    assert.notEqual(decided.evidence, "");
  }
});

test("baselines are pairs of integers in every spelling", () => {
  for (const text of ["05.10", "5.10", "N0510", "0510"]) {
    assert.deepEqual(parseBaseline(text), { major: 5, minor: 10 });
  }
  assert.deepEqual(parseBaseline("4.0"), { major: 4, minor: 0 });
  assert.equal(parseBaseline("N9999"), null);
  assert.equal(parseBaseline(undefined), null);
  assert.ok(compareBaselines(parseBaseline("05.10")!, parseBaseline("05.09")!) > 0);
});
