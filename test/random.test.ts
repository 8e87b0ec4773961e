import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../src/random.js";

test("a seed and a label name one stream", () => {
  const draw = (seed: number, label: string) => {
    const random = createRandom(seed).split(label);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  assert.deepEqual(draw(1, "forest"), draw(1, "forest"));
  assert.notDeepEqual(draw(1, "forest"), draw(2, "forest"));
  assert.notDeepEqual(draw(1, "forest"), draw(1, "network"));
});

test("a split stream does not depend on draws of its parent", () => {
  const parent = createRandom(7);
  const before = parent.split("a").uniform();
  parent.uniform();
  assert.equal(parent.split("a").uniform(), before);
});

test("uniform and normal deviates have their moments", () => {
  const random = createRandom(3);
  const n = 20_000;
  let uniform = 0;
  let normal = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    uniform += random.uniform();
    const z = random.normal();
    normal += z;
    square += z * z;
  }
  assert.ok(Math.abs(uniform / n - 0.5) < 0.01);
  assert.ok(Math.abs(normal / n) < 0.03);
  assert.ok(Math.abs(square / n - 1) < 0.05);
});

test("shuffle keeps every element", () => {
  const values = createRandom(1).shuffle(Uint8Array.from({ length: 100 }, (_, i) => i));
  assert.deepEqual(
    [...values].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  assert.notEqual(values[0], 0);
});
