import { createRequire } from "node:module";
import type { layers, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { Engine } from "../engine/tensorflow.js";

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

/** The parts of a stock LSTM layer that its fused form reads. */
interface StockLstm {
  readonly cell: Readonly<Record<"kernel" | "recurrentKernel" | "bias", { read(): Tensor2D }>>;
  call(inputs: Tensor | Tensor[], options: unknown): Tensor | Tensor[];
}

/**
 * Lets a stock `tf.layers.lstm` compute with TensorFlow's fused kernels BlockLSTMV2 and
 * BlockLSTMGradV2; weights, configuration and saved form stay the stock layer's. Other backends
 * keep the stock computation.
 *
 * A signal that the process handles while a kernel runs corrupts its memory (measured: the AVX-512
 * product of oneDNN in TensorFlow 2.21 under a CPU profiler or a handler of SIGUSR2). So fused
 * networks belong into child processes without signal handlers, and cannot be profiled by sampling.
 *
 * @param layer tanh activation, logistic gates, bias, no dropout; gives its last state only
 * @throws RangeError for a layer with other settings
 */
export function fuseLstm(engine: Engine, layer: layers.Layer): void {
  if (engine.name !== "tensorflow") return;
  const wanted = {
    activation: "tanh",
    recurrentActivation: "sigmoid",
    useBias: true,
    dropout: 0,
    recurrentDropout: 0,
    returnSequences: false,
    returnState: false,
    goBackwards: false,
    stateful: false,
  };
  const config = layer.getConfig();
  for (const [key, value] of Object.entries(wanted)) {
    if (config[key] !== value) {
      throw new RangeError(`fused LSTM: ${key} is ${config[key]}, expected ${value}`);
    }
  }
  const { tf } = engine;
  const stock = layer as unknown as StockLstm;
  const lastState = fusedLastState(engine);
  stock.call = (inputs) =>
    tf.tidy(() => {
      const series = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor3D;
      const { kernel, recurrentKernel, bias } = stock.cell;
      const byDate = tf.transpose(series, [1, 0, 2]);
      return lastState(byDate, kernel.read(), recurrentKernel.read(), bias.read());
    });
}

/** Last hidden state [sample, unit] of series [date, sample, channel], with its gradient. */
function fusedLastState(engine: Engine): (...inputs: Tensor[]) => Tensor {
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

  return tf.customGrad((...values) => {
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
    const hidden = outputs[6] as Tensor3D;
    return {
      value: tf.reshape(tf.slice(hidden, [dates - 1, 0, 0]), [samples, units]),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [x, h0, w, p, b, ...states] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
        const earlier = tf.zeros([dates - 1, samples, units]);
        const hiddenGradient = tf.concat([earlier, tf.expandDims(gradient, 0)], 0);
        const cellGradient = tf.zeros([dates, samples, units]);
        const results = backend.executeMultipleOutputs(
          "BlockLSTMGradV2",
          attributes,
          [
            ...[new Int64Scalar(dates), x, h0, h0, w, p, p, p, b, ...(states as Tensor[])],
            ...[cellGradient, hiddenGradient],
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
  }) as (...inputs: Tensor[]) => Tensor;
}
