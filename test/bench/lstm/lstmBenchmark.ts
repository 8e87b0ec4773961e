import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { initialWeights } from "../../../src/network/initialWeights.js";
import { writeLstmNetwork } from "../../../src/network/lstmNetworkFiles.js";
import { readNetworkFiles } from "../../../src/network/networkFiles.js";
import { networkOnnx } from "../../../src/network/onnx.js";
import { createRandom } from "../../../src/random.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python } from "../files.js";
import { forestBenchmark } from "../forest/forestBenchmark.js";
import { bands, classes, dates } from "../forest/seriesData.js";

/** The network of all programs. */
export const shape = { dates, channels: bands, units: 64, classes };

const form = (name: string) => ours("lstm/runLstm.js", `--form=${name}`);

/**
 * A pass of training over 24 000 series of 20 dates and 10 bands and prediction of 50 000, one LSTM
 * layer of 64 units on one core, from the same weights with the same batches: the compiled layer
 * alone, the same one inside TensorFlow.js, TensorFlow's fused one and the stock one of
 * TensorFlow.js; prediction also by ONNX Runtime.
 */
export const lstmBenchmark: Benchmark = {
  name: "lstm",
  async writeData(folder, size) {
    await forestBenchmark.writeData(folder, size);
    const weights = initialWeights(shape, createRandom(1)).map((part) => [...part]);
    await writeLstmNetwork(folder, shape, Float32Array.from(weights.flat()));
    await writeFile(join(folder, "network.onnx"), networkOnnx(await readNetworkFiles(folder)));
  },
  programs: [
    { name: "phenocover", command: form("network") },
    { name: "compiled layer in TensorFlow.js", command: form("kernel") },
    { name: "BlockLSTMV2", command: form("block") },
    { name: "tf.layers.lstm", command: form("stock") },
    { name: "ONNX Runtime", command: python("bench", "lstm.py"), python: "onnxruntime" },
  ],
  asked: [{ what: "LSTM prediction", peer: "ONNX Runtime", ratio: 1 }],
};
