import type { LayersModel, Tensor } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";

/** Series computed at once; the measured optimum of the fused kernel for 64 units. */
const batchSize = 512;

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
  for (let from = 0; from < samples; from += batch) {
    const count = Math.min(batch, samples - from);
    const values = new Float32Array(batch * size);
    values.set(series.subarray(from * size, (from + count) * size));
    const result = tf.tidy(
      () => model.predictOnBatch(tf.tensor3d(values, [batch, dates, channels])) as Tensor,
    );
    const part = await result.data<"float32">();
    result.dispose();
    probabilities.set(part.subarray(0, count * classes), from * classes);
  }
  return probabilities;
}
