import assert from "node:assert/strict";
import { test } from "node:test";
import { singleThread } from "../../src/engine/tensorflow.js";
import { lossShares } from "../../src/network/lossShares.js";
import { networkKinds } from "../../src/network/networkKinds.js";
import { runTasks } from "../../src/parallel/tasks.js";
import { createRandom } from "../../src/random.js";
import { type goldenTask, readGolden } from "./goldenTask.js";

/** The network of a golden and its loss on the golden's samples. */
async function openGolden(kind: string) {
  const { golden, model, learner } = await readGolden(kind);
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

test("the WASM backend gives PyTorch's scores of every network", async () => {
  const results = await runTasks<string, Awaited<ReturnType<typeof goldenTask>>>({
    module: new URL("./goldenTask.js", import.meta.url),
    name: "goldenTask",
    tasks: [...networkKinds],
    workers: 1,
    kind: "process",
    env: { ...singleThread, PHENOCOVER_ENGINE: "wasm" },
  });
  for (const [k, { engine, scores }] of results.entries()) {
    const { golden } = await readGolden(networkKinds[k]!);
    assert.equal(engine, "wasm");
    golden.scores.forEach((score, i) => {
      assert.ok(Math.abs(score - scores[i]!) < 1e-4, `${networkKinds[k]}: score ${i}`);
    });
  }
});
