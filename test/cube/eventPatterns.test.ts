import assert from "node:assert/strict";
import { test } from "node:test";
import { eventPatterns } from "../../src/cube/eventPatterns.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { fillRings } from "../../src/raster/polygons.js";

const grid = gridFromBounds(32632, [0, 0, 40, 30], 10);

test("polygons with a hole are filled by pixel centre", () => {
  const outer = [
    [5, 5],
    [35, 5],
    [35, 30],
    [5, 30],
    [5, 5],
  ] as [number, number][];
  const hole = [
    [14, 14],
    [16, 14],
    [16, 16],
    [14, 16],
    [14, 14],
  ] as [number, number][];
  assert.deepEqual([...fillRings([outer, hole], grid)], [1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0]);
});

test("events without an area touch every pixel", async () => {
  const events = [
    { name: "storm", date: "2018-10-28" },
    { name: "fire", date: "2019-08-01" },
  ];
  assert.ok((await eventPatterns(events, grid)).every((pattern) => pattern === 3));
});
