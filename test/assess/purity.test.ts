import assert from "node:assert/strict";
import { test } from "node:test";
import { felledKept, samplePurity } from "../../src/assess/purity.js";
import { emptyTable } from "../../src/samples/sampleTable.js";

const table = {
  ...emptyTable(4),
  pixel: Uint32Array.of(0, 1, 2, 0),
  year: Uint16Array.of(2018, 2018, 2018, 2019),
  label: Uint8Array.of(8, 8, 2, 8),
};

test("purity is the share of samples whose label is the truth", () => {
  const legend = [
    { id: 2, name: "Grass", colour: "#C5F381" },
    { id: 8, name: "Conifers", colour: "#07362A" },
  ];
  const truth = new Map([
    [2018, Uint8Array.of(8, 2, 2)],
    [2019, Uint8Array.of(9, 2, 2)],
  ]);
  assert.deepEqual(samplePurity(table, truth, legend), [
    { year: 2018, classId: 2, samples: 1, purity: 1 },
    { year: 2018, classId: 8, samples: 2, purity: 0.5 },
    { year: 2019, classId: 8, samples: 1, purity: 0 },
  ]);
});

test("felled pixels kept are counted inside the pool the cleaning starts with", () => {
  const felled = Uint8Array.of(1, 1, 0);
  assert.deepEqual(felledKept(table, 2019, felled, Uint8Array.of(1, 1, 1), 8), {
    pixels: 2,
    share: 0.5,
  });
  assert.equal(felledKept(table, 2019, felled, Uint8Array.of(0, 1, 1), 8).share, 0);
});
