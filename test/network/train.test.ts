import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadTensorFlow, singleThread, startChatter } from "../../src/engine/tensorflow.js";
import { runTasks } from "../../src/parallel/tasks.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";
import type { ToyResult, ToyTask } from "./toyTask.js";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "phenocover-network-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Toy trainings in child processes, each one into its own folder. */
function train(name: string, seeds: number[], workers: number, env = {}, steps = 60) {
  return runTasks<ToyTask, ToyResult>({
    module: new URL("./toyTask.js", import.meta.url),
    name: "toyTask",
    tasks: seeds.map((seed, i) => ({ folder: join(folder, `${name}-${i}`), seed, steps })),
    workers,
    kind: "process",
    env: { ...singleThread, ...env },
    ignoreStderr: startChatter,
  });
}

test("training learns, and its files are the same bytes for one or two processes", async () => {
  const alone = await train("alone", [1, 2, 1], 1);
  const shared = await train("shared", [1, 2, 1], 2);
  assert.deepEqual(
    shared.map((result) => result.hash),
    alone.map((result) => result.hash),
  );
  assert.equal(alone[0]!.hash, alone[2]!.hash);
  assert.notEqual(alone[0]!.hash, alone[1]!.hash);
  const rows = alone[0]!.rows;
  assert.equal(rows.at(-1)!.steps, 60);
  assert.equal(rows.length, 6);
  assert.ok(rows.at(-1)!.loss < 0.5 * rows[0]!.loss);
  assert.ok(rows.at(-1)!.validationLoss! < 0.8 * rows[0]!.validationLoss!);
  assert.ok(rows.at(-1)!.validationAgreement! > 0.6);
});

test("a saved network reloads as a stock LSTM with the same probabilities", async () => {
  const [trained] = await train("saved", [3], 1);
  const { tf } = await loadTensorFlow({ announce: false });
  const path = (file: string) => join(folder, "saved-0", file);
  const description = JSON.parse(await readFile(path("model.json"), "utf8"));
  const weights = await readFile(path("weights.bin"));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: description.modelTopology,
      weightSpecs: description.weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
  assert.equal(model.layers.find((layer) => layer.name === "lstm")?.getClassName(), "LSTM");
  const { values, dates, channels } = toySeries(100, createRandom(101));
  const stock = model.predict(tf.tensor3d(values, [100, dates, channels]));
  assertNear((stock as ReturnType<typeof tf.tensor>).dataSync(), trained!.probabilities, 1e-5);
});

test("the WASM backend computes the same network", async () => {
  const [native] = await train("native", [4], 1, {}, 10);
  const [wasm] = await train("wasm", [4], 1, { PHENOCOVER_ENGINE: "wasm" }, 10);
  assert.equal(wasm!.engine, "wasm");
  assertNear(wasm!.probabilities, native!.probabilities, 1e-3);
});

test("the WebGPU backend computes the same network", async (context) => {
  const driver = softwareVulkan();
  if (!driver) return context.skip("no Vulkan driver");
  const env = { PHENOCOVER_ENGINE: "webgpu", VK_DRIVER_FILES: driver };
  const [native] = await train("beside", [4], 1, {}, 6);
  const [webgpu] = await train("webgpu", [4], 1, env, 6);
  assert.equal(webgpu!.engine, "webgpu");
  assertNear(webgpu!.probabilities, native!.probabilities, 1e-3);
});

/** The Vulkan driver of this test: the one asked for, else the software driver that comes with Chromium. */
function softwareVulkan(): string | undefined {
  const chromium = "/usr/lib/chromium/vk_swiftshader_icd.json";
  return process.env.VK_DRIVER_FILES ?? (existsSync(chromium) ? chromium : undefined);
}

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    assert.ok(difference < tolerance, `value ${i} differs by ${difference}`);
  }
}
