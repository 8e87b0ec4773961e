import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { batchOrder } from "../../../src/network/batches.js";
import { initialWeights } from "../../../src/network/initialWeights.js";
import { writeLstmNetwork } from "../../../src/network/lstmNetworkFiles.js";
import { readNetworkFiles } from "../../../src/network/networkFiles.js";
import { networkOnnx } from "../../../src/network/onnx.js";
import { createRandom } from "../../../src/random.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python, readBytes, readFloats, writeArray } from "../files.js";
import { forestBenchmark } from "../forest/forestBenchmark.js";
import { bands, classes, dates } from "../forest/seriesData.js";

/** The network of all programs. */
export const shape = { dates, channels: bands, units: 64, classes };

/** Batches of one pass over the training series. */
export const batches = [256, 1_024] as const;

/** The order of the samples in every training. */
export const sampleOrder = () => createRandom(2);

const form = (name: string) => ours("lstm/runLstm.js", `--form=${name}`);
const peer = (name: string) => python("networks", "networks.py", name);

/**
 * A pass of training over 24 000 series of 20 dates and 10 bands and prediction of 50 000, one LSTM
 * layer of 64 units, from the same weights with the same batches: the compiled layer on both cores and
 * on one, the same one inside TensorFlow.js, TensorFlow's fused one and the stock one of
 * TensorFlow.js on one core, PyTorch and Keras on both; prediction also by ONNX Runtime on one. `LSTM
 * maps` is prediction on both cores from a cube's integers to probabilities.
 */
export const lstmBenchmark: Benchmark = {
  name: "lstm",
  async writeData(folder, size) {
    await forestBenchmark.writeData(folder, size);
    const weights = initialWeights(shape, createRandom(1)).map((part) => [...part]);
    await writeLstmNetwork(folder, shape, Float32Array.from(weights.flat()));
    await writeFile(join(folder, "network.onnx"), networkOnnx(await readNetworkFiles(folder)));
    const { channels, units } = shape;
    await writeArray(folder, "shape.i32", Int32Array.of(dates, channels, units, classes));
    const samples = (await readBytes(folder, "train.u8")).length;
    for (const batch of batches) {
      const steps = Math.ceil(samples / batch);
      const order = batchOrder(samples, batch, sampleOrder().split("batches"));
      const all = new Uint32Array(steps * batch);
      for (let step = 0; step < steps; step++) all.set(order.batch(step), step * batch);
      await writeArray(folder, `batches-${batch}.u32`, all);
    }
    await writeArray(folder, "block.i16", storedBlock(await readFloats(folder, "test.f32")));
  },
  programs: [
    { name: "phenocover", command: form("both-cores") },
    { name: "PyTorch", command: peer("torch"), python: "torch" },
    { name: "Keras", command: peer("keras"), python: "keras" },
    { name: "phenocover, 1 core", command: form("network") },
    { name: "compiled layer in TensorFlow.js", command: form("kernel") },
    { name: "BlockLSTMV2", command: form("block") },
    { name: "tf.layers.lstm", command: form("stock") },
    { name: "ONNX Runtime", command: python("bench", "lstm.py"), python: "onnxruntime" },
  ],
  asked: [
    { what: "LSTM training, batch 256", peer: "PyTorch", ratio: 1 / 1.2 },
    { what: "LSTM training, batch 1024", peer: "PyTorch", ratio: 1 / 0.8 },
    { what: "LSTM training, batch 256", peer: "Keras", ratio: 1 / 0.7 },
    { what: "LSTM training, batch 1024", peer: "Keras", ratio: 1 / 0.7 },
    { what: "LSTM maps", peer: "PyTorch", ratio: 1 },
    { what: "LSTM maps", peer: "phenocover, 1 core", ratio: 1.8 },
    { what: "LSTM prediction", peer: "ONNX Runtime", ratio: 1 },
  ],
};

/** Series [pixel][date][band] as a cube stores them, [date][band][pixel] in 1/10 000 of 0-1. */
function storedBlock(series: Float32Array): Int16Array {
  const layers = dates * bands;
  const pixels = series.length / layers;
  const values = new Int16Array(series.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let layer = 0; layer < layers; layer++) {
      const share = 0.5 + series[pixel * layers + layer]! / 6;
      values[layer * pixels + pixel] = 10_000 * Math.min(1, Math.max(0, share));
    }
  }
  return values;
}
