import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTensorFlow } from "../../src/engine/tensorflow.js";
import { buildNetwork } from "../../src/network/model.js";
import type { NetworkShape } from "../../src/network/networkShape.js";
import { tensorflowLearner } from "../../src/network/tensorflowLearner.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";

/** What PyTorch gives for a network with weights, series and labels of its own (goldens/networks.py). */
export interface Golden {
  readonly shape: Required<NetworkShape>;
  readonly state: number[];
  readonly series: number[];
  readonly labels: number[];
  readonly scores: number[];
  readonly loss: number;
  readonly gradient: number[];
}

/** A golden, and its network on this process's engine, without dropout. */
export async function readGolden(kind: string) {
  const path = join(packageRoot(), "test", "network", "goldens", `${kind}.json`);
  const golden = JSON.parse(await readFile(path, "utf8")) as Golden;
  const engine = await loadTensorFlow({ announce: false });
  const model = buildNetwork(engine, { ...golden.shape, dropout: 0 }, createRandom(1));
  const learner = await tensorflowLearner(engine, model);
  learner.restore(Float32Array.from(golden.state));
  return { golden, engine, model, learner };
}

/** Scores of a golden's series on this process's engine. */
export async function goldenTask(kind: string) {
  const { golden, engine, learner } = await readGolden(kind);
  return { engine: engine.name, scores: await learner.scores(Float32Array.from(golden.series)) };
}
