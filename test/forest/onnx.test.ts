import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { forestOnnx } from "../../src/forest/onnx.js";
import { predictForest } from "../../src/forest/predict.js";
import { trainForest } from "../../src/forest/trainForest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { classBlobs, largest } from "./blobs.js";

const python = join(packageRoot(), ".cache", "peers", "onnx", "bin", "python");

test("ONNX Runtime votes as the forest does, with missing values too", {
  skip: existsSync(python) ? false : "onnxruntime is not installed by make peers",
}, async () => {
  const { values, labels } = classBlobs(600, 5, [0.5, 0.3, 0.2], 0.4, 1);
  for (let i = 0; i < 600; i++) if ((i + labels[i]!) % 3 === 0) values[i * 5 + 1] = Number.NaN;
  const { forest } = await trainForest(values, 5, labels, {
    classes: 3,
    random: createRandom(1),
    trees: 20,
    missing: "learn",
  });
  const folder = await mkdtemp(join(tmpdir(), "onnx-"));
  try {
    const [model, rows, out] = ["model.onnx", "values.f32", "out.f32"].map((n) => join(folder, n));
    await writeFile(model!, forestOnnx(forest, [11, 22, 33], { legend: "a, b, c" }));
    await writeFile(rows!, new Uint8Array(values.buffer));
    const script = join(packageRoot(), "test", "forest", "onnxVotes.py");
    execFileSync(python, [script, model!, rows!, "5", out!]);
    const floats = async (file: string) => {
      const bytes = await readFile(file);
      return new Float32Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      );
    };
    const expected = await predictForest(forest, values);
    const found = await floats(out!);
    assert.equal(found.length, expected.length);
    for (const [i, share] of expected.entries()) {
      assert.ok(Math.abs(found[i]! - share) < 1e-5, `${i}: ${found[i]} against ${share}`);
    }
    const classes = largest(found, 3);
    const ids = await floats(`${out}.labels`);
    assert.deepEqual(
      [...ids],
      Array.from(classes, (c) => 11 * (c + 1)),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
