import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FileError } from "../../src/errors.js";
import { createRanking, quantileEdges, rankRows } from "../../src/forest/bins.js";
import { drawGroups, drawRows } from "../../src/forest/bootstrap.js";
import { readForest, writeForest } from "../../src/forest/forestFile.js";
import { permutationImportance } from "../../src/forest/importance.js";
import { predictForest } from "../../src/forest/predict.js";
import { trainForest } from "../../src/forest/trainForest.js";
import { createRandom } from "../../src/random.js";
import { accuracy, classBlobs, largest } from "./blobs.js";

const even = [0.25, 0.25, 0.25, 0.25];

test("equal values share a rank, larger ones get a higher one, missing ones either end", () => {
  const values = Float32Array.of(0, 0, 1, 1, 1, 3, 3, Number.NaN);
  const edges = new Float32Array(256);
  quantileEdges(values, 1, 0, true, edges);
  const ranks = new Uint8Array(16);
  rankRows(createRanking({ features: 1, gaps: Int32Array.of(0), edges }), values, 0, 8, ranks);
  const low = Array.from({ length: 8 }, (_, row) => ranks[2 * row]!);
  const high = Array.from({ length: 8 }, (_, row) => ranks[2 * row + 1]!);
  assert.deepEqual(low.slice(0, 7), high.slice(0, 7));
  assert.ok(0 < low[0]! && low[0]! < low[2]! && low[2]! < low[5]! && low[5]! < 255);
  assert.deepEqual([low[0], low[2], low[5]], [low[1], low[4], low[6]]);
  assert.deepEqual([low[7], high[7]], [0, 255]);
});

test("a rank is the number of edges below the value, however the values crowd", () => {
  const random = createRandom(4);
  for (const power of [1, 9]) {
    const values = Float32Array.from({ length: 3_000 }, () => random.normal() ** power);
    const edges = new Float32Array(256);
    quantileEdges(values, 1, 0, false, edges);
    values.set(edges.subarray(0, 200));
    const ranks = new Uint8Array(values.length);
    rankRows(
      createRanking({ features: 1, gaps: new Int32Array(), edges }),
      values,
      0,
      3_000,
      ranks,
    );
    const expected = Uint8Array.from(values, (value) => edges.filter((e) => e < value).length);
    assert.deepEqual(ranks, expected);
  }
});

test("the bootstrap draws within classes, weighs them and leaves about a third of each out", () => {
  const labels = Uint8Array.from({ length: 2_000 }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const sums = (bootstrap: "balanced" | "stratified" | "plain", rowWeights?: number[]) => {
    const drawn = new Int32Array(2_000);
    drawRows(drawGroups(labels, 3, bootstrap, rowWeights), createRandom(1), drawn);
    const found = [0, 0];
    const out = [0, 0];
    for (const [i, label] of labels.entries()) {
      found[label]! += drawn[i]! / 256;
      if (drawn[i] === 0) out[label]!++;
    }
    assert.ok(out[0]! / 1_900 > 0.25 && out[0]! / 1_900 < 0.5, `${out}`);
    return found.map(Math.round);
  };
  assert.deepEqual(
    sums("balanced").map((sum) => Math.round(sum / 100)),
    [10, 10],
  );
  assert.deepEqual(sums("stratified"), [1_900, 100]);
  const plain = sums("plain");
  assert.equal(plain[0]! + plain[1]!, 2_000);
  assert.notEqual(plain[1], 100);
  const weighted = sums(
    "plain",
    Array.from(labels, (label) => 1 + 2 * label),
  );
  assert.ok(Math.abs(weighted[1]! / 2_000 - 300 / 2_200) < 0.03, `${weighted}`);
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
  const byPackage = await trainForest(few, 10, fewLabels, {
    classes: 4,
    random: createRandom(1),
    trees: 25,
    engine: "ml-random-forest",
  });
  const reference = await predictForest(byPackage.forest, unseen.values.subarray(0, 5_000));
  const small = await trainForest(few, 10, fewLabels, { classes: 4, random: createRandom(3) });
  const own = await predictForest(small.forest, unseen.values.subarray(0, 5_000));
  const difference =
    accuracy(largest(own, 4), unseen.labels.subarray(0, 500)) -
    accuracy(largest(reference, 4), unseen.labels.subarray(0, 500));
  assert.ok(difference > -0.03, `ml-random-forest is ${-difference} better`);
  assert.ok(difference < 0.15, `ml-random-forest is ${difference} worse`);
  await assert.rejects(
    trainForest(values, 10, labels, {
      classes: 4,
      random: createRandom(1),
      engine: "ml-random-forest",
      bootstrap: "plain",
    }),
    /bootstrap: unknown to ml-random-forest/,
  );
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
    await writeForest(folder, forest);
    const file = join(folder, "forest.bin");
    const bytes = await readFile(file);
    bytes.writeInt32LE(99 * 65_536, 4 * (forest.edges.length + 2 * forest.roots.length));
    await writeFile(file, bytes);
    await assert.rejects(readForest(folder), /forest\.bin: tree 0 is damaged/);
    await rm(file);
    await assert.rejects(readForest(folder), FileError);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("rows that cannot be learnt from are refused with the name of the column or class", async () => {
  const options = {
    classes: 2,
    random: createRandom(1),
    featureNames: ["NDVI", "B08"],
    classNames: ["Water", "Grass"],
  };
  const rows = new Float32Array(8);
  const train = (values: Float32Array, labels: number[], more = {}) =>
    trainForest(values, 2, Uint8Array.from(labels), { ...options, ...more });
  await assert.rejects(train(rows, [0, 1, 0]), /3 for 4 rows/);
  await assert.rejects(train(rows, [0, 1, 0, 2]), /labels: 2 in row 3, expected 0\.\.1/);
  await assert.rejects(train(rows, [1, 1, 1, 1]), /all 4 rows are of class Grass/);
  await assert.rejects(
    train(rows, [0, 1, 1, 1], { weights: [0, 1, 1, 1] }),
    /all 3 rows are of class Grass/,
  );
  await assert.rejects(
    train(rows, [0, 1, 0, 1], { weights: [1, -1, 1, 1] }),
    /weights: -1 in row 1/,
  );
  const gap = Float32Array.of(0, 1, 2, Number.NaN, 4, 5, 6, 7);
  await assert.rejects(train(gap, [0, 1, 0, 1]), /B08: NaN in row 1, expected a finite number/);
  gap[4] = Number.POSITIVE_INFINITY;
  await assert.rejects(train(gap, [0, 1, 0, 1], { missing: "learn" }), /NDVI: Infinity in row 2/);
});

test("a forest that has not seen missing values refuses them", async () => {
  const { values, labels } = classBlobs(300, 3, [0.5, 0.5], 0.2, 1);
  const { forest } = await trainForest(values, 3, labels, { classes: 2, random: createRandom(1) });
  const asked = Float32Array.of(0, 1, 0, 0, 1, Number.NaN);
  await assert.rejects(predictForest(forest, asked), /feature 2: NaN in row 1/);
});

test("a value that is missing can be what tells classes apart", async () => {
  const random = createRandom(5);
  const values = Float32Array.from({ length: 400 }, () => random.uniform());
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
  for (let i = 0; i < 200; i += 2) values[2 * i] = Number.NaN;
  const options = { classes: 2, random: createRandom(1), trees: 10, missing: "learn" } as const;
  const { forest, importance } = await trainForest(values, 2, labels, options);
  const asked = Float32Array.of(Number.NaN, 0.5, 0.1, 0.5, 0.9, 0.5);
  assert.deepEqual([...largest(await predictForest(forest, asked), 2)], [0, 1, 1]);
  assert.ok(importance[0]! > 0.8);
  await assert.rejects(
    predictForest(forest, Float32Array.of(1, Number.NaN)),
    /feature 1: NaN in row 0/,
  );
});

test("leaves keep at least the asked number of rows, and rows of weight 0 are not learnt", async () => {
  const { values, labels } = classBlobs(600, 4, [0.5, 0.5], 0.3, 3);
  const options = { classes: 2, random: createRandom(1), trees: 3 };
  const coarse = await trainForest(values, 4, labels, { ...options, minLeaf: 150 });
  assert.ok(coarse.forest.votes.length / 3 <= 5, "some 380 rows in bag, two splits at most");
  const turned = labels.map((label, i) => (i % 3 === 0 ? 1 - label : label));
  const weights = Float32Array.from(labels, (_, i) => (i % 3 === 0 ? 0 : 1));
  const { forest, outOfBag } = await trainForest(values, 4, turned, { ...options, weights });
  assert.ok(accuracy(largest(await predictForest(forest, values), 2), labels) > 0.9);
  assert.ok(outOfBag.rows <= 400);
});

test("shuffling a feature costs accuracy only where the forest needs it", async () => {
  const random = createRandom(9);
  const values = Float32Array.from({ length: 1_200 }, () => random.uniform());
  const labels = Uint8Array.from({ length: 400 }, (_, i) => (values[3 * i + 1]! > 0.5 ? 1 : 0));
  const { forest } = await trainForest(values.subarray(0, 600), 3, labels.subarray(0, 200), {
    classes: 2,
    random: createRandom(1),
    featuresPerSplit: 3,
  });
  const asked = values.slice(600);
  const { mean, deviation } = await permutationImportance(forest, asked, labels.subarray(200), {
    random: createRandom(2),
  });
  // Shuffled, the deciding feature hits half of the rows.
  assert.ok(Math.abs(mean[1]! - 0.5) < 0.06, `${mean}`);
  assert.ok(Math.abs(mean[0]!) < 0.02 && Math.abs(mean[2]!) < 0.02, `${mean}`);
  assert.ok(deviation[1]! > 0 && deviation[1]! < 0.1);
  assert.deepEqual(asked, values.slice(600));
});
