import { createRequire } from "node:module";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";
import type { HiddenStates } from "./fusedLstm.js";

/** What the fused kernels need of the native backend of tfjs-node. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeMultipleOutputs(
    name: string,
    attributes: readonly { name: string; type: number; value: unknown }[],
    inputs: readonly unknown[],
    outputs: number,
  ): Tensor[];
}

/**
 * Hidden states by TensorFlow's BlockLSTMV2, their gradient by BlockLSTMGradV2.
 *
 * A signal that the process handles while a kernel runs corrupts its memory (measured: the AVX-512
 * product of oneDNN in TensorFlow 2.21 under a CPU profiler or a handler of SIGUSR2). So these
 * kernels belong into child processes without signal handlers, and cannot be profiled by sampling.
 */
export function blockLstm(engine: Engine, sequences: boolean, reverse: boolean): HiddenStates {
  const { tf } = engine;
  const backend = tf.backend() as unknown as NativeBackend;
  const { TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const { Int64Scalar } = createRequire(import.meta.url)(
    "@tensorflow/tfjs-node-gpu/dist/int64_tensors.js",
  ) as { Int64Scalar: new (value: number) => unknown };
  const attributes = [
    { name: "use_peephole", type: TF_ATTR_BOOL!, value: false },
    { name: "T", type: TF_ATTR_TYPE!, value: TF_FLOAT! },
  ];
  const forwardOnly = [{ name: "cell_clip", type: TF_ATTR_FLOAT!, value: 0 }, ...attributes];

  const byDate = tf.customGrad((...values) => {
    const [series, kernel, recurrent, bias] = values as Tensor[] as [
      Tensor3D,
      Tensor2D,
      Tensor2D,
      Tensor,
    ];
    const save = values[4] as unknown as (tensors: Tensor[]) => void;
    const [dates, samples, channels] = series.shape;
    const units = recurrent.shape[0];
    const state = tf.zeros([samples, units]);
    const peephole = tf.zeros([units]);
    const weights = tf.concat([kernel, recurrent], 0);
    const inputs = [series, state, state, weights, peephole, peephole, peephole, bias];
    const outputs = backend.executeMultipleOutputs(
      "BlockLSTMV2",
      forwardOnly,
      [new Int64Scalar(dates), ...inputs],
      7,
    );
    save([series, state, weights, peephole, bias, ...outputs]);
    return {
      value: outputs[6]!,
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [x, h0, w, p, b, ...states] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
        const cellGradient = tf.zeros([dates, samples, units]);
        const results = backend.executeMultipleOutputs(
          "BlockLSTMGradV2",
          attributes,
          [
            ...[new Int64Scalar(dates), x, h0, h0, w, p, p, p, b, ...(states as Tensor[])],
            ...[cellGradient, gradient],
          ],
          8,
        );
        const weightGradient = results[3] as Tensor2D;
        return [
          results[0]!,
          tf.slice(weightGradient, [0, 0], [channels, -1]),
          tf.slice(weightGradient, [channels, 0], [units, -1]),
          results[7]!,
        ];
      },
    };
  }) as (...inputs: Tensor[]) => Tensor3D;

  return (series, kernel, recurrent, bias) => {
    const ordered = reverse ? tf.reverse(series, 1) : series;
    const hidden = byDate(tf.transpose(ordered, [1, 0, 2]), kernel, recurrent, bias);
    if (sequences) return tf.transpose(hidden, [1, 0, 2]);
    const [dates, samples, units] = hidden.shape;
    return tf.reshape(tf.slice(hidden, [dates - 1, 0, 0]), [samples, units]);
  };
}
