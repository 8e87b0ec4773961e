import assert from "node:assert/strict";
import { test } from "node:test";
import { compareBaselines, parseBaseline } from "../../src/scenes/baseline.js";
import { decideOffset, type OffsetEvidence } from "../../src/scenes/offset.js";
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
  datatake: null,
  footprint: null,
  offsetRemoved: null,
  listedOffset: null,
  originals: {},
  thumbnail: null,
  tileCloud: 10,
  bands: {},
  mask: null,
  statedFiles: [],
  defect: null,
  ...facts,
});

const late = { baseline: { major: 5, minor: 9 } };
const pixels = (darkBlue: number, darkRed: number, count = 5000): OffsetEvidence => ({
  pixels: { count, needed: 1000, darkBlue, darkRed },
});
const removed = pixels(0.6, 0.3);
const present = pixels(0.001, 0);
const undecided = pixels(0.05, 0.2);
const against = (zero: number, thousand: number, other = 0, problem: string | null = null) => ({
  difference: { zero, thousand, other, problem },
});

// Facts of the scene, layer, rule, digital numbers to add (null = undecided), what was measured.
const vectors: [Partial<Scene>, string, string, number | null, OffsetEvidence?][] = [
  [late, "SCL", "R0", 0],
  [{ ...late, origin: "cdse" }, "AOT", "R0", 0],
  [{ ...late, origin: "cdse" }, "WVP", "R0", 0],
  [{ ...late, origin: "harmonised" }, "B04", "R1", 0],
  [{ ...late, origin: "safe", listedOffset: { B04: -1000 } }, "B04", "R2", -1000],
  [{ ...late, origin: "safe", listedOffset: { B04: 0 } }, "B04", "R2", 0],
  [{ baseline: { major: 2, minor: 13 } }, "B04", "R3", 0],
  [{ baseline: { major: 3, minor: 1 }, origin: "cdse" }, "B04", "R3", 0],
  [{ ...late, collection: "sentinel-2-c1-l2a" }, "B04", "R4", -1000],
  [{ ...late, origin: "cdse" }, "B04", "R4", -1000],
  [{ baseline: { major: 4, minor: 0 }, origin: "planetary-computer" }, "B04", "R4", -1000],
  [{ ...late, original: true }, "B04", "R4", -1000],
  [late, "B04", "R5-R9", null],
  [{ ...late, offsetRemoved: true }, "B04", "R5", 0, removed],
  [{ ...late, offsetRemoved: true }, "B04", "R5", 0, undecided],
  [{ ...late, offsetRemoved: true }, "B04", "R5", 0, pixels(0, 0, 999)],
  [{ ...late, offsetRemoved: false }, "B04", "R6", 0, removed],
  [late, "B04", "R6", 0, removed],
  [{ ...late, offsetRemoved: false }, "B04", "R7", -1000, present],
  [late, "B04", "R7", -1000, present],
  [late, "B04", "R8", null, undecided],
  [late, "B04", "R8", 0, { ...undecided, ...against(0, 900) }],
  [late, "B04", "R8", -1000, { ...undecided, ...against(900, 0) }],
  [late, "B04", "R8", null, { ...undecided, ...against(450, 450) }],
  [late, "B04", "R8", null, { ...undecided, ...against(0, 900, 1) }],
  [late, "B04", "R8", null, { ...undecided, ...against(0, 0, 0, "no such file") }],
  [{ ...late, offsetRemoved: true }, "B04", "R9", null, present],
  [{ ...late, offsetRemoved: true }, "B04", "R9", -1000, { ...present, ...against(800, 0) }],
  [{ product: "S2A_MSIL2A_20200101T101411_N0213_R022_T32TPS_x" }, "B04", "R10 R3", 0],
  [
    { product: "S2A_MSIL2A_20200101T101411_N0500_R022_T32TPS_x", origin: "cdse" },
    "B04",
    "R10 R4",
    -1000,
  ],
  [{ product: "S2A_MSIL2A_20200101T101411_N9999_R022_T32TPS_x" }, "B04", "R10", null],
  [{}, "B04", "R10", null],
  [{}, "B04", "R10", 0, against(0, 900)],
  [{ origin: "manifest" }, "B04", "manifest", 0],
];

test("every branch of the offset rules", () => {
  for (const [facts, layer, rule, offset, evidence] of vectors) {
    const decided = decideOffset(scene(facts), layer, evidence);
    const name = JSON.stringify([facts, layer, evidence]);
    assert.deepEqual([decided.rule, decided.offset], [rule, offset], name);
    assert.notEqual(decided.evidence, "");
    assert.ok(decided.needs === undefined || decided.offset === null);
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
