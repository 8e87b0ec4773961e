import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { buildNetwork, logits } from "../../src/network/model.js";
import { readNetworkFiles, saveNetwork } from "../../src/network/networkFiles.js";
import { networkKinds } from "../../src/network/networkKinds.js";
import { networkOnnx } from "../../src/network/onnx.js";
import { openPredictor } from "../../src/network/openPredictor.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

const python = join(packageRoot(), ".cache", "peers", "onnx", "bin", "python");
const [samples, classes] = [300, 7];
const forms = [
  { name: "one LSTM layer", kind: "lstm" },
  { name: "two LSTM layers", kind: "lstm", layers: 2 },
  ...networkKinds.map((kind) => ({
    name: kind,
    kind,
    layers: 2,
    bidirectional: true,
    layerNorm: true,
  })),
] as const;

for (const { name, ...form } of forms) {
  test(`ONNX Runtime gives the network's scores and probabilities: ${name}`, {
    skip: existsSync(python) ? false : "onnxruntime is not installed by make peers",
  }, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
    context.after(() => rm(folder, { recursive: true }));
    const engine = await loadTensorFlow({ announce: false });
    const { tf } = engine;
    const { values, dates, channels } = toySeries(samples, createRandom(1));
    const shape = { ...form, dates, channels, units: 24, classes };
    const model = buildNetwork(engine, shape, createRandom(2));
    // Running means and scales as after a training.
    const random = createRandom(3);
    model.setWeights(
      model.getWeights().map((weight) => {
        const change = Float32Array.from(
          { length: weight.size },
          () => 0.2 * (random.uniform() - 0.5),
        );
        return tf.add(weight, tf.tensor(change, weight.shape));
      }),
    );
    await saveNetwork(engine, model, folder);
    const [file, series, out] = ["model.onnx", "series.f32", "out.f32"].map((n) => join(folder, n));
    await writeFile(file!, networkOnnx(await readNetworkFiles(folder), { classes: "[3,1]" }));
    await writeFile(series!, new Uint8Array(values.buffer));
    const script = join(packageRoot(), "test", "network", "onnxScores.py");
    const sizes = [dates, channels].map(String);
    const printed = execFileSync(python, [script, file!, series!, ...sizes, out!]);
    assert.equal(printed.toString().trim(), "[3,1]");
    const found = new Float32Array(new Uint8Array(await readFile(out!)).buffer);
    const scores = tf.tidy(() =>
      logits(model, tf.tensor3d(values, [samples, dates, channels])).dataSync<"float32">(),
    );
    const { predict } = await openPredictor(folder, () => {});
    const probabilities = await predict(values);
    assert.equal(found.length, samples * 2 * classes);
    for (let i = 0; i < samples; i++) {
      for (let k = 0; k < classes; k++) {
        const [score, probability] = [0, classes].map((from) => found[i * 2 * classes + from + k]!);
        assert.ok(Math.abs(score! - scores[i * classes + k]!) < 1e-4, `score ${i} ${k}`);
        assert.ok(Math.abs(probability! - probabilities[i * classes + k]!) < 1e-4);
      }
    }
  });
}
