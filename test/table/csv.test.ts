import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCsv, parseCsv } from "../../src/table/csv.js";

test("cells survive commas, quotes and line breaks", () => {
  const rows = [{ name: 'a "b", c\nd', value: 0.5, missing: null }];
  const text = formatCsv(["name", "value", "missing"], rows);
  assert.deepEqual(parseCsv(text), [{ name: 'a "b", c\nd', value: "0.5", missing: "" }]);
});

test("numbers are printed with at most six decimals", () => {
  assert.equal(formatCsv(["x"], [{ x: 1 / 3 }, { x: 12 }]), "x\n0.333333\n12\n");
});

test("a row of the wrong length names file and row", () => {
  assert.throws(() => parseCsv("a,b\n1\n", "t.csv"), /t\.csv: row 2 has 1 cells, expected 2/);
});
