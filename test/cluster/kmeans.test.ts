import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kmeans, kmeansSteps } from "../../src/cluster/kmeans.js";
import { silhouette } from "../../src/cluster/silhouette.js";
import { packageRoot } from "../../src/packageRoot.js";
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

test("four points fall into the two obvious clusters", async () => {
  const result = await kmeans(Float32Array.of(0, 0, 0, 2, 10, 0, 10, 2), 2, {
    clusters: 2,
    random: createRandom(1),
  });
  assert.equal(result.inertia, 4);
  assert.equal(result.assignment[0], result.assignment[1]);
  assert.notEqual(result.assignment[0], result.assignment[2]);
  assert.deepEqual([...result.centres].sort(), [0, 1, 1, 10]);
});

test("inertia equals that of ml-kmeans within two per cent", async () => {
  const data = blobs(2_000, 8, 6, 3);
  for (const clusters of [3, 6, 12]) {
    const own = await kmeans(data, 8, { clusters, random: createRandom(5) });
    const reference = await kmeans(data, 8, {
      clusters,
      random: createRandom(5),
      engine: "ml-kmeans",
    });
    assert.ok(
      Math.abs(own.inertia / reference.inertia - 1) < 0.02,
      `${clusters} clusters: ${own.inertia} against ${reference.inertia}`,
    );
  }
});

test("the bounds change nothing: every point is with its nearest centre and inertia never rises", async () => {
  const data = blobs(500, 3, 4, 9);
  const steps = kmeansSteps(data, 3, { clusters: 7, random: createRandom(2), tolerance: 0 });
  let step = await steps.next();
  while (!step.done) step = await steps.next();
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

test("more points than the starts are compared on", async () => {
  const data = blobs(12_000, 2, 3, 4);
  const run = () => kmeans(data, 2, { clusters: 3, random: createRandom(8) });
  assert.equal((await run()).assignment.length, 12_000);
  assert.deepEqual(await run(), await run());
});

test("as many clusters as points, one too many, and a coordinate that is not a number", async () => {
  const data = Float32Array.of(1, 1, 2, 5);
  const random = createRandom(1);
  assert.equal((await kmeans(data, 1, { clusters: 3, random })).inertia, 0);
  await assert.rejects(kmeans(data, 1, { clusters: 5, random }), /clusters: 5 is not in 1\.\.4/);
  data[3] = Number.NaN;
  const featureNames = ["NDVI", "NDWI"];
  await assert.rejects(
    kmeans(data, 2, { clusters: 2, random, featureNames }),
    /NDWI: NaN in row 1, expected a finite number/,
  );
  await assert.rejects(
    kmeans(new Float32Array(2_000_001), 1, { clusters: 2, random, engine: "ml-kmeans" }),
    /engine: ml-kmeans is for up to/,
  );
});

test("an empty cluster takes the farthest point", async () => {
  const data = Float32Array.of(0, 1, 2, 10);
  const { assignment, inertia } = await kmeans(data, 1, {
    clusters: 2,
    random: createRandom(1),
    start: [1, 100],
  });
  assert.deepEqual([...assignment], [0, 0, 0, 1]);
  assert.equal(inertia, 2);
});

test("centres, inertia and silhouette equal those of scikit-learn", async () => {
  const golden = JSON.parse(
    readFileSync(join(packageRoot(), "test/cluster/golden/scikit-kmeans.json"), "utf8"),
  ) as { centres: number[]; counts: number[]; inertia: number; silhouette: number };
  // The generator and the points of golden/scikit-kmeans.py.
  let state = 1;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const groups = Array.from({ length: 30 }, () => 3 * uniform());
  const data = Float32Array.from(
    { length: 4_500 },
    (_, i) => groups[(Math.floor(i / 5) % 6) * 5 + (i % 5)]! + uniform() + uniform(),
  );
  const { centres, assignment, inertia } = await kmeans(data, 5, {
    clusters: 6,
    random: createRandom(1),
    start: data.subarray(0, 30),
    tolerance: 0,
  });
  for (const [i, coordinate] of golden.centres.entries()) {
    assert.ok(Math.abs(centres[i]! - coordinate) < 1e-6, `coordinate ${i}: ${centres[i]}`);
  }
  const counts = golden.counts.map((_, c) => assignment.filter((own) => own === c).length);
  assert.deepEqual(counts, golden.counts);
  assert.ok(Math.abs(inertia / golden.inertia - 1) < 1e-9);
  const width = silhouette(data, 5, assignment, createRandom(1));
  assert.ok(Math.abs(width - golden.silhouette) < 1e-6, `${width} against ${golden.silhouette}`);
});

test("clusters are the same for any number of workers, in mini-batches too", async () => {
  const data = blobs(9_000, 6, 10, 2);
  for (const batch of [undefined, 256]) {
    const run = (workers: number) =>
      kmeans(data, 6, {
        clusters: 10,
        random: createRandom(4),
        workers,
        ...(batch ? { batch } : {}),
      });
    assert.deepEqual(await run(3), await run(1));
  }
});

test("mini-batches come within ten per cent of the exact inertia", async () => {
  const data = blobs(30_000, 8, 12, 6);
  const exact = await kmeans(data, 8, { clusters: 12, random: createRandom(1) });
  const quick = await kmeans(data, 8, { clusters: 12, random: createRandom(1), batch: 1_024 });
  assert.ok(quick.inertia / exact.inertia < 1.1, `${quick.inertia / exact.inertia}`);
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
