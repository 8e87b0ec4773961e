import type { Tensor, Tensor3D } from "@tensorflow/tfjs";
import type { LstmGradients, LstmKernel } from "../engine/lstmKernel.js";
import type { TensorFlow } from "../engine/tensorflow.js";
import type { HiddenStates } from "./fusedLstm.js";

/** Arrays by length, so that a step of training writes into memory that the last one touched. */
const pool = new Map<number, Float32Array[]>();

/**
 * Hidden states and their gradient by the compiled kernel. Tensors of the CPU backends lie in the
 * memory of the process, so they pass to the kernel and back without more than a copy.
 */
export function kernelLstm(
  tf: TensorFlow,
  lstm: LstmKernel,
  sequences: boolean,
  reverse: boolean,
): HiddenStates {
  const read = (tensor: Tensor) => tensor.dataSync<"float32">();
  return (series, kernel, recurrent, bias, { training, seriesGradient }) => {
    const [samples, dates, channels] = series.shape;
    const units = recurrent.shape[0]!;
    const pass = { samples, dates, channels, units, sequences, reverse };
    const length = lstm.keptLength(pass);
    const take = () => pool.get(length)?.pop() ?? new Float32Array(length);
    const compute = tf.customGrad(() => {
      const weights = { kernel: read(kernel), recurrent: read(recurrent), bias: read(bias) };
      const values = read(series);
      let kept = training ? take() : null;
      const hidden = lstm.forward(pass, values, weights, kept);
      const shape = sequences ? [samples, dates, units] : [samples, units];
      const gradFunc = (gradient: Tensor) => {
        if (!kept) {
          kept = take();
          lstm.forward(pass, values, weights, kept);
        }
        const result = lstm.backward(pass, values, weights, kept, read(gradient), seriesGradient);
        pool.set(length, [...(pool.get(length) ?? []), kept]);
        kept = null;
        return gradientTensors(tf, series, units, result);
      };
      return { value: tf.tensor(hidden, shape, "float32"), gradFunc };
    });
    const inputs: Tensor[] = [kernel, recurrent, bias];
    if (seriesGradient) inputs.push(series);
    return compute(...inputs);
  };
}

function gradientTensors(
  tf: TensorFlow,
  series: Tensor3D,
  units: number,
  { kernel, recurrent, bias, series: ofSeries }: LstmGradients,
): Tensor[] {
  const tensors: Tensor[] = [
    tf.tensor2d(kernel, [series.shape[2], 4 * units]),
    tf.tensor2d(recurrent, [units, 4 * units]),
    tf.tensor1d(bias),
  ];
  if (ofSeries) tensors.push(tf.tensor3d(ofSeries, series.shape));
  return tensors;
}
