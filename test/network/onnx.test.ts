import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { logits } from "../../src/network/model.js";
import { readNetworkFiles } from "../../src/network/networkFiles.js";
import { networkOnnx } from "../../src/network/onnx.js";
import { openPredictor } from "../../src/network/openPredictor.js";
import { packageRoot } from "../../src/packageRoot.js";
import { savedToyNetwork } from "./savedToyNetwork.js";

const python = join(packageRoot(), ".cache", "peers", "onnx", "bin", "python");

test("ONNX Runtime gives the network's scores and probabilities", {
  skip: existsSync(python) ? false : "onnxruntime is not installed by make peers",
}, async (context) => {
  const toy = await savedToyNetwork(context, 300);
  const { folder, engine, model, values, dates, channels } = toy;
  const [file, series, out] = ["model.onnx", "series.f32", "out.f32"].map((n) => join(folder, n));
  await writeFile(file!, networkOnnx(await readNetworkFiles(folder), { classes: "[3,1]" })!);
  await writeFile(series!, new Uint8Array(values.buffer));
  const script = join(packageRoot(), "test", "network", "onnxScores.py");
  const sizes = [dates, channels].map(String);
  const printed = execFileSync(python, [script, file!, series!, ...sizes, out!]);
  assert.equal(printed.toString().trim(), "[3,1]");
  const found = new Float32Array(new Uint8Array(await readFile(out!)).buffer);
  const scores = engine.tf.tidy(() =>
    logits(model, engine.tf.tensor3d(values, [300, dates, channels])).dataSync<"float32">(),
  );
  const { predict } = await openPredictor(folder, () => {});
  const probabilities = await predict(values);
  assert.equal(found.length, 300 * 14);
  for (let i = 0; i < 300; i++) {
    for (let k = 0; k < 7; k++) {
      assert.ok(Math.abs(found[i * 14 + k]! - scores[i * 7 + k]!) < 1e-4);
      assert.ok(Math.abs(found[i * 14 + 7 + k]! - probabilities[i * 7 + k]!) < 1e-4);
    }
  }
});
