import type { Benchmark } from "../benchmark.js";
import { ours } from "../files.js";
import { forestBenchmark } from "../forest/forestBenchmark.js";

const form = (name: string) => ours("lstm/runLstm.js", `--form=${name}`);

/**
 * A pass of training over 24 000 series of 20 dates and 10 bands and prediction of 50 000, one LSTM
 * layer of 64 units on one core: the compiled layer against TensorFlow's fused one and the stock one
 * of TensorFlow.js, from the same weights with the same batches.
 */
export const lstmBenchmark: Benchmark = {
  name: "lstm",
  writeData: forestBenchmark.writeData,
  programs: [
    { name: "compiled layer", command: form("kernel") },
    { name: "BlockLSTMV2", command: form("block") },
    { name: "tf.layers.lstm", command: form("stock") },
  ],
};
