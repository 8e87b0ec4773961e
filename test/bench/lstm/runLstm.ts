import { parseArgs } from "node:util";
import { lstmKernel } from "../../../src/engine/lstmKernel.js";
import { loadTensorFlow, singleThread } from "../../../src/engine/tensorflow.js";
import { ProcessError, UsageError } from "../../../src/errors.js";
import { blockLstm } from "../../../src/network/blockLstm.js";
import { computeLstmBy } from "../../../src/network/fusedLstm.js";
import { kernelLstm } from "../../../src/network/kernelLstm.js";
import { buildNetwork } from "../../../src/network/model.js";
import { predictNetwork } from "../../../src/network/predict.js";
import { tensorflowLearner } from "../../../src/network/tensorflowLearner.js";
import { trainNetwork } from "../../../src/network/train.js";
import { createRandom } from "../../../src/random.js";
import { readBytes, readFloats } from "../files.js";
import { bands, classes, dates } from "../forest/seriesData.js";
import { measure } from "../measure.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { form: { type: "string" } },
});
const folder = positionals[0]!;

Object.assign(process.env, singleThread);
const engine = await loadTensorFlow();
if (engine.name !== "tensorflow") throw new ProcessError("LSTM benchmark", "TensorFlow is missing");
const compiled = lstmKernel();
if (!compiled) throw new ProcessError("LSTM benchmark", "the LSTM kernel is not built");

/** A network of 64 units whose LSTM layer computes in the form that was asked for. */
function network() {
  const shape = { dates, channels: bands, units: 64, classes };
  const model = buildNetwork(engine, shape, createRandom(1));
  const layer = model.layers.find(({ name }) => name === "lstm")!;
  if (options.form === "kernel") {
    computeLstmBy(engine.tf, layer, kernelLstm(engine.tf, compiled!, false, false));
  } else if (options.form === "block") {
    computeLstmBy(engine.tf, layer, blockLstm(engine, false, false));
  } else if (options.form === "stock") computeLstmBy(engine.tf, layer, null);
  else throw new UsageError("--form", `${options.form} found, expected kernel, block or stock`);
  return model;
}

const values = await readFloats(folder, "train.f32");
const labels = await readBytes(folder, "train.u8");
const training = { length: labels.length, dates, channels: bands, values, labels };
const none = { ...training, length: 0, values: new Float32Array(), labels: new Uint8Array() };

for (const batch of [256, 1024]) {
  const stepsPerEpoch = Math.ceil(labels.length / batch);
  const train = async (steps: number) =>
    trainNetwork(await tensorflowLearner(engine, network()), training, none, {
      steps,
      batch,
      learningRate: 2e-3,
      schedule: "constant",
      stepsPerEpoch,
      random: createRandom(2),
    });
  await train(2);
  await measure(
    `LSTM training, batch ${batch}`,
    () => train(stepsPerEpoch),
    (rows) => ({ loss: rows[0]!.loss }),
  );
}

const asked = new Float32Array(await readFloats(folder, "test.f32"));
const model = network();
await measure(
  "LSTM prediction",
  () => predictNetwork(engine, model, asked),
  (probabilities) => ({ first: probabilities[0]! }),
);
