import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { binColumns, quantileEdges } from "../../src/forest/bins.js";
import { classMembers, drawBalanced } from "../../src/forest/bootstrap.js";
import { readForest, writeForest } from "../../src/forest/forestFile.js";
import { predictForest } from "../../src/forest/predict.js";
import { forestReference } from "../../src/forest/reference.js";
import { trainForest } from "../../src/forest/trainForest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { accuracy, classBlobs, largest } from "./blobs.js";

const even = [0.25, 0.25, 0.25, 0.25];

test("equal values share a bin and larger ones get a higher one", () => {
  const values = Float32Array.of(0, 0, 1, 1, 1, 3, 3, 3);
  const [zero, , one, , , three, ...rest] = binColumns(values, 1, quantileEdges(values, 1));
  assert.ok(zero! < one! && one! < three!);
  assert.deepEqual(rest, [three, three]);
});

test("the bootstrap weighs classes equally and leaves about a third of each out", () => {
  const labels = Uint8Array.from({ length: 2_000 }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const weights = new Int32Array(2_000);
  drawBalanced(labels, classMembers(labels, 3), createRandom(1), weights);
  for (const [c, rows] of classMembers(labels, 3).entries()) {
    const sum = rows.reduce((total, row) => total + weights[row]!, 0);
    if (c === 2) assert.equal(sum, 0);
    else assert.ok(Math.abs(sum / (256 * 1_000) - 1) < 0.01, `class ${c}: ${sum}`);
    const out = rows.filter((row) => weights[row] === 0).length / rows.length;
    if (c < 2) assert.ok(out > 0.25 && out < 0.5, `class ${c}: ${out} out of bag`);
  }
});

test("a forest is the same for any number of workers, and so are its votes", async () => {
  const { values, labels } = classBlobs(2_500, 12, even, 0.3, 1);
  const train = (workers: number) =>
    trainForest(values, 12, labels, { classes: 4, random: createRandom(3), trees: 9, workers });
  const one = await train(1);
  const three = await train(3);
  assert.deepEqual(three, one);
  const asked = classBlobs(20_000, 12, even, 0.3, 2).values;
  assert.deepEqual(
    await predictForest(one.forest, asked, { workers: 3 }),
    await predictForest(one.forest, asked),
  );
});

test("blobs are told apart, and the out-of-bag estimate agrees with unseen rows", async () => {
  const { values, labels } = classBlobs(2_000, 10, even, 0.35, 1);
  const unseen = classBlobs(2_000, 10, even, 0.35, 2);
  const { forest, outOfBag } = await trainForest(values, 10, labels, {
    classes: 4,
    random: createRandom(3),
    trees: 60,
    workers: 2,
  });
  const shares = await predictForest(forest, unseen.values);
  const found = accuracy(largest(shares, 4), unseen.labels);
  assert.ok(found > 0.75, `accuracy ${found}`);
  assert.ok(Math.abs(outOfBag.accuracy - found) < 0.03, `${outOfBag.accuracy} against ${found}`);
  assert.equal(outOfBag.rows, 2_000);
  assert.equal(
    outOfBag.confusion.reduce((a, b) => a + b),
    2_000,
  );
  for (let i = 0; i < 2_000; i++) {
    const sum = shares.subarray(i * 4, i * 4 + 4).reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - 1) < 1e-4);
  }
  const { values: few, labels: fewLabels } = classBlobs(300, 10, even, 0.35, 1);
  const reference = forestReference(few, 10, fewLabels, unseen.values.subarray(0, 5_000), {
    classes: 4,
    random: createRandom(1),
  });
  const small = await trainForest(few, 10, fewLabels, { classes: 4, random: createRandom(3) });
  const own = await predictForest(small.forest, unseen.values.subarray(0, 5_000));
  const difference =
    accuracy(largest(own, 4), unseen.labels.subarray(0, 500)) -
    accuracy(largest(reference, 4), unseen.labels.subarray(0, 500));
  assert.ok(difference > -0.03, `ml-random-forest is ${-difference} better`);
});

test("accuracy equals that of scikit-learn", async () => {
  const golden = JSON.parse(
    readFileSync(join(packageRoot(), "test/forest/golden/scikit-forest.json"), "utf8"),
  ) as { accuracy: number[]; checksum: number };
  // The generator and the rows of golden/scikit-forest.py.
  let state = 1;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const centres = Array.from({ length: 60 }, uniform);
  const rows = (wrong: number) => {
    const values = new Float32Array(1_500 * 12);
    const labels = new Uint8Array(1_500);
    for (let i = 0; i < 1_500; i++) {
      for (let f = 0; f < 12; f++) {
        values[i * 12 + f] = centres[(i % 5) * 12 + f]! + 0.9 * (uniform() + uniform() - 1);
      }
      labels[i] = uniform() < wrong ? Math.floor(uniform() * 5) : i % 5;
    }
    return { values, labels };
  };
  const known = rows(0.1);
  const unseen = rows(0);
  const sum = known.values.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - golden.checksum) < 1e-3, "rows differ from those of the script");
  const { forest } = await trainForest(known.values, 12, known.labels, {
    classes: 5,
    random: createRandom(1),
    workers: 2,
  });
  const found = accuracy(largest(await predictForest(forest, unseen.values), 5), unseen.labels);
  const mean = golden.accuracy.reduce((a, b) => a + b) / golden.accuracy.length;
  assert.ok(Math.abs(found - mean) < 0.02, `${found} against ${mean}`);
});

test("a class of five per cent is found", async () => {
  const { values, labels } = classBlobs(3_000, 8, [0.95, 0.05], 0.25, 4);
  const unseen = classBlobs(3_000, 8, [0.95, 0.05], 0.25, 5);
  const { forest, outOfBag } = await trainForest(values, 8, labels, {
    classes: 2,
    random: createRandom(1),
    trees: 50,
    workers: 2,
  });
  const found = largest(await predictForest(forest, unseen.values), 2);
  // scikit-learn 1.9 with class_weight="balanced_subsample" finds 0.70 of them here.
  assert.ok(accuracy(found, unseen.labels, 1) > 0.69);
  assert.ok(accuracy(found, unseen.labels, 0) > 0.99);
  assert.ok(outOfBag.confusion[2]! + outOfBag.confusion[3]! > 0);
});

test("more than sixteen classes, and classes without a row get no votes", async () => {
  const shares = Array.from({ length: 40 }, (_, c) => (c === 5 ? 0 : 1 / 39));
  const { values, labels } = classBlobs(3_000, 10, shares, 0.05, 6);
  const { forest } = await trainForest(values, 10, labels, {
    classes: 40,
    random: createRandom(2),
    trees: 30,
    workers: 2,
  });
  const votes = await predictForest(forest, values);
  assert.ok(accuracy(largest(votes, 40), labels) > 0.99);
  for (let i = 5; i < votes.length; i += 40) assert.equal(votes[i], 0);
});

test("a forest comes back from its files, and a cut file is refused", async () => {
  const { values, labels } = classBlobs(400, 6, even, 0.3, 1);
  const { forest } = await trainForest(values, 6, labels, {
    classes: 4,
    random: createRandom(3),
    trees: 5,
  });
  const folder = await mkdtemp(join(tmpdir(), "forest-"));
  try {
    await writeForest(folder, forest, { year: 2018 });
    assert.deepEqual(await readForest(folder), { forest, notes: { year: 2018 } });
    await truncate(join(folder, "forest.bin"), 100);
    await assert.rejects(readForest(folder), /forest\.bin: has 100 bytes, expected \d+/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("rows that cannot be learnt from are refused", async () => {
  const options = { classes: 2, random: createRandom(1) };
  const rows = new Float32Array(8);
  await assert.rejects(trainForest(rows, 2, Uint8Array.of(0, 1, 0), options), /3 for 4 rows/);
  await assert.rejects(trainForest(rows, 2, Uint8Array.of(0, 1, 0, 2), options), /2 found/);
  await assert.rejects(trainForest(rows, 2, Uint8Array.of(1, 1, 1, 1), options), /same class/);
});
