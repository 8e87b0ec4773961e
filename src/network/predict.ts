import type { LayersModel } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import { logits } from "./model.js";

/** A trained network ready to be applied. */
export interface Predictor {
  /**
   * Class probabilities [sample][class] of series [sample][date][channel]; a sample's do not depend
   * on the others.
   */
  predict(series: Float32Array): Promise<Float32Array>;
}

/**
 * Series computed at once: whole blocks of the compiled kernel, and a multiple of 6 and 16 rows,
 * because oneDNN's product of a last, shorter strip of rows has other last bits.
 */
const batchSize = 576;

/** Series at once on WebGPU at most: as many as hide the time that launching a program takes. */
const largestWebGpuBatch = 32 * batchSize;

/**
 * Class probabilities [sample][class] of series [sample][date][channel]. The series are padded to
 * whole batches, so a sample's result does not depend on how many others are asked for with it.
 */
export async function predictNetwork(
  engine: Engine,
  model: LayersModel,
  series: Float32Array,
): Promise<Float32Array> {
  const { tf } = engine;
  const [, dates, channels] = model.inputs[0]!.shape as [null, number, number];
  const classes = model.outputs[0]!.shape[1]!;
  const size = dates * channels;
  const samples = series.length / size;
  const batch =
    engine.name === "webgpu"
      ? Math.min(largestWebGpuBatch, Math.ceil(samples / batchSize) * batchSize)
      : batchSize;
  const probabilities = new Float32Array(samples * classes);
  const values = new Float32Array(batch * size);
  for (let from = 0; from < samples; from += batch) {
    const count = Math.min(batch, samples - from);
    values.set(series.subarray(from * size, (from + count) * size));
    values.fill(0, count * size);
    const result = tf.tidy(() =>
      logits(model, tf.tensor3d(values.slice(), [batch, dates, channels])),
    );
    const scores = await result.data<"float32">();
    result.dispose();
    const part = probabilities.subarray(from * classes, (from + count) * classes);
    softmaxRows(scores, classes, part);
  }
  return probabilities;
}

/**
 * Softmax of every row of class scores. TensorFlow's own gives a row other last bits at another
 * place in memory.
 *
 * @param out as many whole rows as are wanted
 */
export function softmaxRows(scores: Float32Array, classes: number, out: Float32Array): void {
  const powers = new Float64Array(classes);
  for (let row = 0; row < out.length; row += classes) {
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) highest = Math.max(highest, scores[row + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      powers[k] = Math.exp(scores[row + k]! - highest);
      sum += powers[k]!;
    }
    for (let k = 0; k < classes; k++) out[row + k] = powers[k]! / sum;
  }
}
