import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { borderDistance, erodedPool } from "../../src/samples/erosion.js";
import { polygons } from "../../src/samples/polygons.js";
import { grassWaterRock } from "./smallStudy.js";

test("distance to the border equals a search over all pixels", () => {
  const grid = gridFromBounds(32632, [0, 0, 300, 240], 10, 8);
  const random = createRandom(2);
  const codes = new Uint16Array(grid.width * grid.height);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = i % grid.width < 14 ? 1 : random.uniform() < 0.02 ? 3 : 2;
  }
  const reach = 60;
  const found = borderDistance(codes, grid, reach);
  for (let i = 0; i < codes.length; i++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < codes.length; j++) {
      if (codes[j] === codes[i]) continue;
      const dx = ((j % grid.width) - (i % grid.width)) * 10;
      const dy = (Math.floor(j / grid.width) - Math.floor(i / grid.width)) * 8;
      nearest = Math.min(nearest, Math.hypot(dx, dy));
    }
    if (nearest <= reach) assert.ok(Math.abs(found[i]! - nearest) < 1e-4, `pixel ${i}`);
    else assert.ok(found[i]! > reach, `pixel ${i}: ${found[i]} against ${nearest}`);
  }
});

test("a class below its quota is eroded by 50 m, then not at all", () => {
  // One row: 30 pixels of grass, 14 of water, 4 of rock; the grid's edge is no border.
  const grid = gridFromBounds(32632, [0, 0, 480, 10], 10);
  const codes = Uint16Array.from({ length: 48 }, (_, i) => (i < 30 ? 231 : i < 44 ? 512 : 332));
  const labels = {
    codes,
    sources: [
      { code: 231, name: "Pastures", classId: 2, use: "core" as const },
      { code: 332, name: "Bare rocks", classId: 5, use: "core" as const },
      { code: 512, name: "Water bodies", classId: 10, use: "core" as const },
    ],
  };
  const pool = erodedPool(labels, grassWaterRock, grid, 4);
  assert.deepEqual(pool.strip, [100, 50, 0]);
  assert.deepEqual(pool.pixels, [20, 4, 4]);
  assert.deepEqual(
    [...pool.inside.entries()].filter(([, one]) => one).map(([i]) => i),
    [...Array(20).keys(), 35, 36, 37, 38, 44, 45, 46, 47],
  );
});

test("polygons are 4-connected areas of one code", () => {
  const grid = gridFromBounds(32632, [0, 0, 40, 30], 10);
  const codes = Uint16Array.of(1, 1, 0, 2, 1, 2, 2, 2, 1, 1, 1, 0);
  const { polygon, count } = polygons(codes, grid);
  assert.equal(count, 2);
  assert.deepEqual([...polygon], [1, 1, 0, 2, 1, 2, 2, 2, 1, 1, 1, 0]);
});
