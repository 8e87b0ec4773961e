import { parseArgs } from "node:util";
import { lstmKernel } from "../../../src/engine/lstmKernel.js";
import { loadTensorFlow, singleThread } from "../../../src/engine/tensorflow.js";
import { ProcessError, UsageError } from "../../../src/errors.js";
import { blockLstm } from "../../../src/network/blockLstm.js";
import { compiledLearner } from "../../../src/network/compiledLearner.js";
import { computeLstmBy } from "../../../src/network/fusedLstm.js";
import { initialWeights } from "../../../src/network/initialWeights.js";
import { kernelLstm } from "../../../src/network/kernelLstm.js";
import type { Learner } from "../../../src/network/learner.js";
import { buildNetwork } from "../../../src/network/model.js";
import { openPredictor } from "../../../src/network/openPredictor.js";
import { type Predictor, predictNetwork } from "../../../src/network/predict.js";
import { tensorflowLearner } from "../../../src/network/tensorflowLearner.js";
import { trainNetwork } from "../../../src/network/train.js";
import { createRandom } from "../../../src/random.js";
import { readBytes, readFloats } from "../files.js";
import { bands, dates } from "../forest/seriesData.js";
import { measure } from "../measure.js";
import { batches, sampleOrder, shape } from "./lstmBenchmark.js";
import { predictStored } from "./predictStored.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { form: { type: "string" } },
});
const folder = positionals[0]!;
/** Of the forms that are the compiled layer alone. */
const cores = { "both-cores": 2, network: 1 }[options.form ?? ""];

Object.assign(process.env, singleThread);
const compiled = lstmKernel();
if (!compiled) throw new ProcessError("LSTM benchmark", "the LSTM kernel is not built");

/** Opens the network in the form that was asked for, to learn and to predict. */
async function openForm(): Promise<() => Promise<Learner & Pick<Predictor, "predict">>> {
  if (cores !== undefined) {
    const { predict } = await openPredictor(folder, () => {});
    return async () => ({
      ...compiledLearner(compiled!, shape, initialWeights(shape, createRandom(1)), cores),
      predict,
    });
  }
  const engine = await loadTensorFlow();
  if (engine.name !== "tensorflow") throw new ProcessError("LSTM benchmark", "no TensorFlow");
  return async () => {
    const model = buildNetwork(engine, shape, createRandom(1));
    const layer = model.layers.find(({ name }) => name === "lstm")!;
    if (options.form === "kernel") {
      computeLstmBy(engine.tf, layer, kernelLstm(engine.tf, compiled!, false, false));
    } else if (options.form === "block") {
      computeLstmBy(engine.tf, layer, blockLstm(engine, false, false));
    } else if (options.form === "stock") computeLstmBy(engine.tf, layer, null);
    else
      throw new UsageError(
        "--form",
        `${options.form}, expected both-cores, network, kernel, block or stock`,
      );
    const predict = (series: Float32Array) => predictNetwork(engine, model, series);
    return { ...(await tensorflowLearner(engine, model)), predict };
  };
}

const network = await openForm();
const values = await readFloats(folder, "train.f32");
const labels = await readBytes(folder, "train.u8");
const training = { length: labels.length, dates, channels: bands, values, labels };
const none = { ...training, length: 0, values: new Float32Array(), labels: new Uint8Array() };

for (const batch of batches) {
  const stepsPerEpoch = Math.ceil(labels.length / batch);
  const train = async (steps: number) =>
    trainNetwork(await network(), training, none, {
      steps,
      batch,
      learningRate: 2e-3,
      schedule: "constant",
      stepsPerEpoch,
      random: sampleOrder(),
    });
  await train(2);
  await measure(
    `LSTM training, batch ${batch}`,
    () => train(stepsPerEpoch),
    (rows) => ({ loss: rows[0]!.loss }),
  );
}

if (cores !== 2) {
  const asked = new Float32Array(await readFloats(folder, "test.f32"));
  const { predict } = await network();
  await measure(
    "LSTM prediction",
    () => predict(asked),
    (probabilities) => ({ first: probabilities[0]! }),
  );
}
if (cores !== undefined) {
  const pixels = await predictStored(folder, cores);
  await measure("LSTM maps", pixels, (first) => ({ first }));
}
