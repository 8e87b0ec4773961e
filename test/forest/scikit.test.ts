import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { predictForest } from "../../src/forest/predict.js";
import { type ForestOptions, trainForest } from "../../src/forest/trainForest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { accuracy, largest } from "./blobs.js";

/** Means over five forests of golden/scikit-forest.py. */
interface Means {
  readonly accuracy: number;
  readonly firstClass: number;
  readonly importance: readonly number[];
}
const golden = JSON.parse(
  readFileSync(join(packageRoot(), "test/forest/golden/scikit-forest.json"), "utf8"),
) as { checksum: number; balanced: Means; missing: Means; weighted: Means };

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
const withGaps = ({ values, labels }: ReturnType<typeof rows>) => {
  const holes = values.slice();
  for (let i = 0; i < 1_500; i++) if (uniform() < 0.2 * labels[i]!) holes[i * 12] = Number.NaN;
  return holes;
};
const known = rows(0.1);
const unseen = rows(0);
const knownGaps = withGaps(known);
const unseenGaps = withGaps(unseen);

async function means(
  values: Float32Array,
  asked: Float32Array,
  options: Partial<ForestOptions>,
): Promise<Means> {
  const { forest, importance } = await trainForest(values, 12, known.labels, {
    classes: 5,
    random: createRandom(1),
    trees: 200,
    workers: 2,
    ...options,
  });
  const found = largest(await predictForest(forest, asked, { workers: 2 }), 5);
  return {
    accuracy: accuracy(found, unseen.labels),
    firstClass: accuracy(found, unseen.labels, 0),
    importance: Array.from(importance),
  };
}

function assertNear(found: Means, expected: Means): void {
  const apart = Math.abs(found.accuracy - expected.accuracy);
  assert.ok(apart < 0.02, `accuracy ${found.accuracy} against ${expected.accuracy}`);
  const first = Math.abs(found.firstClass - expected.firstClass);
  assert.ok(first < 0.05, `class 0 ${found.firstClass} against ${expected.firstClass}`);
  for (const [f, share] of expected.importance.entries()) {
    assert.ok(Math.abs(found.importance[f]! - share) < 0.015, `importance of feature ${f}`);
  }
}

test("the rows are those of the script", () => {
  const sum = known.values.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - golden.checksum) < 1e-3, `${sum} against ${golden.checksum}`);
});

test("accuracy and importance equal those of scikit-learn", async () => {
  assertNear(await means(known.values, unseen.values, {}), golden.balanced);
});

test("so they do with missing values that depend on the class", async () => {
  assertNear(await means(knownGaps, unseenGaps, { missing: "learn" }), golden.missing);
});

test("so they do with sample weights that favour some classes", async () => {
  const weights = Float32Array.from(known.labels, (label) => 0.5 + label);
  const found = await means(known.values, unseen.values, { weights, bootstrap: "plain" });
  assertNear(found, golden.weighted);
});
