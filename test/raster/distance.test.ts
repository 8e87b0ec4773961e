import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { distanceTo } from "../../src/raster/distance.js";

test("distances are those to the nearest marked pixel, counted one by one", () => {
  const random = createRandom(4);
  const [width, height] = [23, 17];
  const marked = Uint8Array.from({ length: width * height }, () =>
    random.uniform() < 0.03 ? 1 : 0,
  );
  const found = distanceTo(marked, width, height);
  marked.forEach((_, i) => {
    let nearest = Number.POSITIVE_INFINITY;
    marked.forEach((one, j) => {
      if (one === 0) return;
      const apart = Math.hypot(
        (i % width) - (j % width),
        Math.floor(i / width) - Math.floor(j / width),
      );
      nearest = Math.min(nearest, apart);
    });
    assert.ok(Math.abs(found[i]! - nearest) < 1e-5);
  });
  assert.ok(
    distanceTo(new Uint8Array(6), 3, 2).every((value) => value === Number.POSITIVE_INFINITY),
  );
});
