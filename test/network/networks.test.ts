import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { lossShares } from "../../src/network/lossShares.js";
import { buildNetwork } from "../../src/network/model.js";
import { networkKinds } from "../../src/network/networkKinds.js";
import type { NetworkShape } from "../../src/network/networkShape.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";

/** What PyTorch gives for a network with weights, series and labels of its own (goldens/networks.py). */
interface Golden {
  readonly shape: Required<NetworkShape>;
  readonly state: number[];
  readonly series: number[];
  readonly labels: number[];
  readonly scores: number[];
  readonly loss: number;
  readonly gradient: number[];
}

/** The network of a golden, without dropout, and its loss on the golden's samples. */
async function openGolden(kind: string) {
  const path = join(packageRoot(), "test", "network", "goldens", `${kind}.json`);
  const golden = JSON.parse(await readFile(path, "utf8")) as Golden;
  const engine = await loadTensorFlow({ announce: false });
  const model = buildNetwork(engine, { ...golden.shape, dropout: 0 }, createRandom(1));
  const learner = await tensorflowLearner(engine, model);
  learner.restore(Float32Array.from(golden.state));
  const { dates, channels, classes } = golden.shape;
  const values = Float32Array.from(golden.series);
  const labels = Uint8Array.from(golden.labels);
  const set = { length: labels.length, dates, channels, values, labels };
  const shares = lossShares(set, classes)(Uint32Array.from(labels.keys()));
  const loss = () => learner.lossAndGradient(values, shares, createRandom(1));
  return { golden, model, learner, values, loss };
}

/** Small enough that few rectifiers and maxima switch, large enough for single precision. */
const step = 1e-3;

const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));

for (const kind of networkKinds) {
  test(`${kind}: scores, loss and gradient are PyTorch's`, async () => {
    const { golden, learner, values, loss } = await openGolden(kind);
    const scores = await learner.scores(values);
    assert.equal(scores.length, golden.scores.length);
    assert.ok(largest(golden.scores) > 0.3);
    scores.forEach((score, i) => {
      assert.ok(Math.abs(score - golden.scores[i]!) < 1e-4, `score ${i}`);
    });
    const [found, ...gradient] = await loss();
    assert.ok(Math.abs(found! - golden.loss) < 1e-5);
    assert.equal(gradient.length, golden.gradient.length);
    const limit = 1e-5 * largest(golden.gradient);
    gradient.forEach((value, i) => {
      const difference = Math.abs(value - golden.gradient[i]!);
      assert.ok(difference < limit, `gradient ${i} differs by ${difference}, limit ${limit}`);
    });
  });

  test(`${kind}: the loss falls along every weight's gradient as it says`, async () => {
    const { model, learner, loss } = await openGolden(kind);
    const gradient = (await loss()).slice(1);
    const start = learner.parameters.slice();
    const most = Math.hypot(...gradient);
    let offset = 0;
    for (const weight of model.trainableWeights) {
      const size = weight.shape.reduce<number>((a, b) => a * b!, 1);
      const own = gradient.subarray(offset, offset + size);
      const norm = Math.hypot(...own);
      const lossAt = async (by: number) => {
        learner.parameters.set(start);
        for (let i = 0; i < size; i++) learner.parameters[offset + i]! += (by * own[i]!) / norm;
        learner.store();
        return (await loss())[0]!;
      };
      // A bias ahead of a normalisation has no gradient but rounding.
      if (norm > 0.02 * most) {
        const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        assert.ok(Math.abs(slope / norm - 1) < 0.02, `${weight.originalName}: ${slope}, ${norm}`);
      }
      offset += size;
    }
  });
}
