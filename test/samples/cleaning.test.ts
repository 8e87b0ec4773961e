import assert from "node:assert/strict";
import { test } from "node:test";
import { createRandom } from "../../src/random.js";
import { changeScreen } from "../../src/samples/changeScreen.js";
import { clusterPasses, pixelPasses, type RuleValues } from "../../src/samples/classRules.js";
import { principalAxes, projectRows } from "../../src/samples/principalAxes.js";
import { type Votes, voteOn } from "../../src/samples/vote.js";

test("the screen drops planted change and little else, whatever the whole code does", () => {
  const random = createRandom(4);
  const before = Float32Array.from({ length: 1_000 * 6 }, () => random.normal());
  // A dry year moves every pixel alike; pixels 0-29 lose their forest.
  const now = before.map((value, i) => value + 0.8 + 0.1 * random.normal() + (i < 180 ? 2 : 0));
  const pass = changeScreen(now, before, 6);
  assert.equal(pass.subarray(0, 30).indexOf(1), -1);
  assert.ok(pass.subarray(30).filter((one) => one === 0).length < 30);
  assert.ok(changeScreen(now.subarray(0, 180), before.subarray(0, 180), 6).every((p) => p === 1));
});

test("principal axes keep distances and order the spread", () => {
  const random = createRandom(1);
  const rows = new Float32Array(300 * 3);
  for (let i = 0; i < 300; i++) {
    const t = random.normal() * 5;
    rows.set([t + random.normal(), t - random.normal(), random.normal() * 0.1], i * 3);
  }
  const turned = projectRows(rows, principalAxes(rows, 3), 3);
  const distance = (of: Float32Array, a: number, b: number) =>
    Math.hypot(...[0, 1, 2].map((f) => of[a * 3 + f]! - of[b * 3 + f]!));
  for (let i = 0; i < 100; i++) {
    assert.ok(Math.abs(distance(turned, i, 299 - i) - distance(rows, i, 299 - i)) < 1e-4);
  }
  const spread = [0, 1, 2].map((f) => {
    let sum = 0;
    for (let i = f; i < turned.length; i += 3) sum += turned[i]! ** 2;
    return sum;
  });
  assert.ok(spread[0]! > spread[1]! && spread[1]! > spread[2]!);
});

test("votes equal a search over all references", () => {
  const random = createRandom(6);
  const make = (n: number) => ({
    rows: Float32Array.from({ length: n * 4 }, () => random.normal()),
    x: Float64Array.from({ length: n }, () => random.uniform() * 1_000),
    y: Float64Array.from({ length: n }, () => random.uniform() * 1_000),
  });
  const loose = make(400);
  const order = Array.from({ length: 400 }, (_, i) => i).sort(
    (a, b) => loose.rows[a * 4]! - loose.rows[b * 4]!,
  );
  const pool = {
    rows: Float32Array.from(order.flatMap((i) => [...loose.rows.subarray(i * 4, i * 4 + 4)])),
    x: Float64Array.from(order, (i) => loose.x[i]!),
    y: Float64Array.from(order, (i) => loose.y[i]!),
    column: Uint8Array.from(order, (i) => i % 3),
  };
  const asked = make(200);
  const votes: Votes = { counts: new Uint8Array(600), winner: new Uint8Array(200) };
  voteOn(asked, pool, 4, 3, 200, 0, 200, votes);
  for (let i = 0; i < 200; i++) {
    const nearest = Array.from(pool.column.keys())
      .filter((r) => Math.hypot(asked.x[i]! - pool.x[r]!, asked.y[i]! - pool.y[r]!) > 200)
      .map((r) => ({
        column: pool.column[r]!,
        distance: Math.hypot(
          ...[0, 1, 2, 3].map((f) => asked.rows[i * 4 + f]! - pool.rows[r * 4 + f]!),
        ),
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, 15);
    const counts = [0, 1, 2].map((k) => nearest.filter((one) => one.column === k).length);
    assert.deepEqual([...votes.counts.subarray(i * 3, i * 3 + 3)], counts);
    const most = Math.max(...counts);
    assert.equal(votes.winner[i], nearest.find((one) => counts[one.column] === most)!.column);
  }
});

test("a pixel never votes for itself, and without witnesses nobody wins", () => {
  const rows = Float32Array.of(0, 1);
  const pool = {
    rows,
    column: Uint8Array.of(0, 1),
    x: Float64Array.of(0, 100),
    y: Float64Array.of(0, 0),
  };
  const votes: Votes = { counts: new Uint8Array(4), winner: new Uint8Array(2) };
  voteOn({ rows, x: pool.x, y: pool.y }, pool, 1, 2, 0, 0, 2, votes);
  assert.deepEqual([...votes.winner], [1, 0]);
  voteOn({ rows, x: pool.x, y: pool.y }, pool, 1, 2, 200, 0, 2, votes);
  assert.deepEqual([...votes.winner], [255, 255]);
  assert.deepEqual([...votes.counts], [0, 0, 0, 0]);
});

test("class rules on hand values", () => {
  const values: RuleValues = {
    ndvi: Float32Array.of(0.2, 0.3, 0.7),
    highNdvi: Float32Array.of(0.3, 0.4, 0.9),
    mndwi: Float32Array.of(-0.3, 0.1, -0.2),
    snowShare: Float32Array.of(0.8, 0.79, Number.NaN),
    waterShare: Float32Array.of(1, 0.5, Number.NaN),
  };
  assert.equal(clusterPasses("a", values, [0, 1, 2]), true);
  assert.equal(clusterPasses("a", values, [1, 2]), false, "median NDVI 0.5");
  assert.equal(clusterPasses("b", values, [0, 1]), true);
  assert.equal(clusterPasses("b", values, [2]), false);
  assert.equal(clusterPasses(undefined, values, [2]), true);
  const pixels = (rule: "b" | "c" | "d" | "e") =>
    [0, 1, 2].map((row) => pixelPasses(rule, values, row));
  assert.deepEqual(pixels("b"), [true, false, true]);
  assert.deepEqual(pixels("c"), [true, false, false]);
  assert.deepEqual(pixels("d"), [true, false, false]);
  assert.deepEqual(pixels("e"), [false, false, false], "half of the dates is not less than half");
  const dry = { ...values, waterShare: Float32Array.of(0, 0.45, 0.5) };
  assert.deepEqual(
    [0, 1, 2].map((row) => pixelPasses("e", dry, row)),
    [true, true, false],
  );
  const none = { ndvi: null, highNdvi: null, mndwi: null, snowShare: null, waterShare: null };
  assert.equal(clusterPasses("a", none, [2]), true, "a region without the index skips the rule");
  assert.equal(pixelPasses("d", none, 2), true);
});
