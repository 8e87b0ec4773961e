import assert from "node:assert/strict";
import { test } from "node:test";
import { kmeans, kmeansSteps } from "../../src/cluster/kmeans.js";
import { kmeansReference } from "../../src/cluster/reference.js";
import { silhouette } from "../../src/cluster/silhouette.js";
import { createRandom } from "../../src/random.js";

/** Points around `groups` centres, [points][dimensions], and the group of each. */
function blobs(points: number, dimensions: number, groups: number, seed: number) {
  const random = createRandom(seed);
  const centres = Array.from({ length: groups * dimensions }, () => random.uniform() * 8);
  const data = new Float32Array(points * dimensions);
  for (let i = 0; i < data.length; i++) {
    const group = Math.floor(i / dimensions) % groups;
    data[i] = centres[group * dimensions + (i % dimensions)]! + random.normal();
  }
  return data;
}

test("four points fall into the two obvious clusters", () => {
  const result = kmeans(Float32Array.of(0, 0, 0, 2, 10, 0, 10, 2), 2, {
    clusters: 2,
    random: createRandom(1),
  });
  assert.equal(result.inertia, 4);
  assert.equal(result.assignment[0], result.assignment[1]);
  assert.notEqual(result.assignment[0], result.assignment[2]);
  assert.deepEqual([...result.centres].sort(), [0, 1, 1, 10]);
});

test("inertia equals that of ml-kmeans within two per cent", () => {
  const data = blobs(2_000, 8, 6, 3);
  for (const clusters of [3, 6, 12]) {
    const own = kmeans(data, 8, { clusters, random: createRandom(5) });
    const reference = kmeansReference(data, 8, { clusters, random: createRandom(5) });
    assert.ok(
      Math.abs(own.inertia / reference.inertia - 1) < 0.02,
      `${clusters} clusters: ${own.inertia} against ${reference.inertia}`,
    );
  }
});

test("the bounds change nothing: every point is with its nearest centre and inertia never rises", () => {
  const data = blobs(500, 3, 4, 9);
  const steps = kmeansSteps(data, 3, { clusters: 7, random: createRandom(2), tolerance: 0 });
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { assignment, centres, converged } = step.value;
  assert.ok(converged);
  for (let c = 0; c < 7; c++) {
    const mean = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < 500; i++) {
      if (assignment[i] !== c) continue;
      count++;
      for (let d = 0; d < 3; d++) mean[d]! += data[i * 3 + d]!;
    }
    for (let d = 0; d < 3; d++) {
      assert.ok(Math.abs(mean[d]! / count - centres[c * 3 + d]!) < 1e-9);
    }
  }
});

test("more points than the starts are compared on", () => {
  const data = blobs(12_000, 2, 3, 4);
  const run = () => kmeans(data, 2, { clusters: 3, random: createRandom(8) });
  assert.equal(run().assignment.length, 12_000);
  assert.deepEqual(run(), run());
});

test("as many clusters as points, and one too many", () => {
  const data = Float32Array.of(1, 1, 2, 5);
  assert.equal(kmeans(data, 1, { clusters: 3, random: createRandom(1) }).inertia, 0);
  assert.throws(
    () => kmeans(data, 1, { clusters: 5, random: createRandom(1) }),
    /clusters: 5 is not in 1\.\.4/,
  );
});

test("silhouette of a hand case", () => {
  // Own cluster 1 away; the other one 9.5 away on average from an outer point, 8.5 from an inner one.
  const data = Float32Array.of(0, 1, 9, 10);
  const outer = (9.5 - 1) / 9.5;
  const inner = (8.5 - 1) / 8.5;
  const value = silhouette(data, 1, [0, 0, 1, 1], createRandom(1));
  assert.ok(Math.abs(value - (outer + inner) / 2) < 1e-12);
  assert.ok(Number.isNaN(silhouette(data, 1, [0, 0, 0, 0], createRandom(1))));
});
