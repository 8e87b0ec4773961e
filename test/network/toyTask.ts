import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { buildNetwork } from "../../src/network/model.js";
import { saveNetwork } from "../../src/network/networkFiles.js";
import { predictNetwork } from "../../src/network/predict.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { type EpochRow, trainNetwork } from "../../src/network/train.js";
import { createRandom } from "../../src/random.js";
import { toySeries } from "./toySeries.js";

/** A small training; `steps` 0 only predicts from the initial weights. */
export interface ToyTask {
  readonly folder: string;
  readonly seed: number;
  readonly steps: number;
}

/** What it gave. */
export interface ToyResult {
  readonly engine: string;
  readonly rows: EpochRow[];
  /** SHA-256 of model.json and weights.bin. */
  readonly hash: string;
  readonly probabilities: Float32Array;
}

/** Trains on toy series in this process, saves into the folder and predicts 100 other series. */
export async function toyTask({ folder, seed, steps }: ToyTask): Promise<ToyResult> {
  const engine = await loadTensorFlow({ announce: false });
  const random = createRandom(seed);
  const training = toySeries(600, createRandom(100));
  const validation = toySeries(100, createRandom(101));
  const shape = { dates: training.dates, channels: training.channels, units: 16, classes: 4 };
  const model = buildNetwork(engine, shape, random.split("weights"));
  const options = { steps, batch: 64, learningRate: 1e-2, random };
  const learner = await tensorflowLearner(engine, model);
  const rows = await trainNetwork(learner, training, validation, options);
  await saveNetwork(engine, model, folder);
  const hash = createHash("sha256");
  for (const file of ["model.json", "weights.bin"]) hash.update(await readFile(join(folder, file)));
  const probabilities = await predictNetwork(engine, model, validation.values);
  model.dispose();
  return { engine: engine.name, rows, hash: hash.digest("hex"), probabilities };
}
