import assert from "node:assert/strict";
import { test } from "node:test";
import { writePercent } from "../../src/study/percent.js";

test("rounding to per cent keeps the most probable class on top", () => {
  const rows = [
    [0.4149, 0.4151, 0.17],
    [0.414, 0.4149, 0.1711],
    [0.004, 0.003, 0.0035],
    [0.5, 0.5, 0],
  ];
  const out = new Uint8Array(3 * rows.length);
  rows.forEach((row, pixel) => {
    writePercent(Float32Array.from(row), 0, 3, out, pixel, rows.length);
  });
  const of = (pixel: number) => [0, 1, 2].map((k) => out[k * rows.length + pixel]);
  assert.deepEqual(of(0), [41, 42, 17]);
  assert.deepEqual(of(1), [40, 41, 17]);
  assert.deepEqual(of(2), [1, 0, 0]);
  assert.deepEqual(of(3), [50, 49, 0]);
});
