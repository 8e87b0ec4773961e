import assert from "node:assert/strict";
import { test } from "node:test";
import { type KMeansKernel, kmeansKernel } from "../../src/cluster/kmeansKernel.js";
import { lloyd } from "../../src/cluster/lloyd.js";
import { plusPlusStart } from "../../src/cluster/start.js";
import { createRandom, type Random } from "../../src/random.js";

const skip = kmeansKernel() ? false : "the K-means kernel is not built";

/** Points around some centres that lie `offset` from zero. */
function points(random: Random, count: number, dimensions: number, offset: number): Float32Array {
  const centres = Float64Array.from({ length: 5 * dimensions }, () => offset + 3 * random.normal());
  return Float32Array.from({ length: count * dimensions }, (_, i) => {
    const group = Math.floor(i / dimensions) % 5;
    return centres[group * dimensions + (i % dimensions)]! + random.normal();
  });
}

async function settle(
  data: Float32Array,
  dimensions: number,
  start: Float64Array,
  kernel: KMeansKernel | null,
  workers = 1,
) {
  const options = { maxIterations: 30, stopMovement: 0, workers };
  const steps = lloyd(data, dimensions, start, options, kernel);
  const rows = [];
  for (;;) {
    const step = await steps.next();
    if (step.done) return { rows, ...step.value };
    rows.push(step.value);
  }
}

test("the compiled iterations give the bytes of the scripted ones, on any number of threads", {
  skip,
}, async () => {
  const random = createRandom(5);
  for (const [count, dimensions, clusters, offset] of [
    [1, 1, 1, 0],
    [63, 1, 4, 0],
    [500, 2, 3, 0],
    [3_001, 7, 5, 1e4],
    [5_000, 8, 30, 0],
    [4_097, 19, 33, -20],
    [2_000, 40, 9, 1e-30],
  ] as const) {
    const data = points(random, count, dimensions, offset);
    const start = plusPlusStart(data, dimensions, clusters, random);
    const scripted = await settle(data, dimensions, start, null);
    const name = `${count} points of ${dimensions}, ${clusters} clusters`;
    for (const threads of [1, 3]) {
      const compiled = await settle(data, dimensions, start, kmeansKernel(), threads);
      assert.deepEqual(compiled, scripted, `${name}, ${threads} threads`);
    }
  }
});

test("where single precision cannot tell two centres apart, double precision decides", {
  skip,
}, async () => {
  // Centres on both sides of the points, whose distances differ by less than one part in 10^8.
  const data = Float32Array.from({ length: 4_000 }, (_, i) => (i % 2 === 0 ? 1 : 1 + 2 ** -23));
  const middle = 1 + 2 ** -24;
  const start = Float64Array.of(middle - 40, middle + 40);
  const scripted = await settle(data, 1, start, null);
  const compiled = await settle(data, 1, start, kmeansKernel());
  assert.deepEqual(compiled, scripted);
  assert.deepEqual([...compiled.assignment.subarray(0, 4)], [0, 1, 0, 1]);
});

test("a point as near to another centre stays where it is, and coordinates may be huge", {
  skip,
}, async () => {
  for (const [data, start] of [
    [Float32Array.of(0, 2, 4), Float64Array.of(0, 4)],
    [Float32Array.of(-3e38, 3e38, 2.9e38, 0), Float64Array.of(-3e38, 3e38)],
  ] as const) {
    assert.deepEqual(
      await settle(data, 1, start, kmeansKernel()),
      await settle(data, 1, start, null),
    );
  }
});
