import type { layers, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import { lstmKernel } from "../engine/lstmKernel.js";
import type { Engine, TensorFlow } from "../engine/tensorflow.js";
import { blockLstm } from "./blockLstm.js";
import { kernelLstm } from "./kernelLstm.js";

/** What a pass over a layer will be used for. */
export interface PassUse {
  /** A gradient follows. */
  readonly training: boolean;
  /** The gradient of the series is wanted too. */
  readonly seriesGradient: boolean;
}

/**
 * Hidden states of series [sample, date, channel] from kernel, recurrent kernel and bias, with
 * their gradient: all of them [sample, date, unit] or the last [sample, unit].
 */
export type HiddenStates = (
  series: Tensor3D,
  kernel: Tensor2D,
  recurrent: Tensor2D,
  bias: Tensor,
  use: PassUse,
) => Tensor;

/** The parts of a stock LSTM layer that its fused form reads. */
interface StockLstm {
  readonly cell: Readonly<Record<"kernel" | "recurrentKernel" | "bias", { read(): Tensor2D }>>;
  readonly inboundNodes: readonly { readonly inboundLayers: readonly layers.Layer[] }[];
  call(inputs: Tensor | Tensor[], options: { training?: boolean } | undefined): Tensor | Tensor[];
}

/**
 * Lets a stock `tf.layers.lstm` compute by the compiled kernel of `make environment`, or by
 * TensorFlow's fused kernels where it was not built or a GPU computes; weights, configuration and
 * saved form stay the stock layer's. Where neither exists the stock computation stays.
 *
 * Called with `training`, a layer on the model's own input gives no gradient for that input.
 *
 * @param layer tanh activation, logistic gates, bias, no dropout of its own
 * @throws RangeError for a layer with other settings
 */
export function fuseLstm(engine: Engine, layer: layers.Layer): void {
  const config = layer.getConfig();
  const states = fusedStates(engine, config.returnSequences === true, config.goBackwards === true);
  if (!states) return;
  const wanted = {
    activation: "tanh",
    recurrentActivation: "sigmoid",
    useBias: true,
    dropout: 0,
    recurrentDropout: 0,
    returnState: false,
    stateful: false,
  };
  for (const [key, value] of Object.entries(wanted)) {
    if (config[key] !== value) {
      throw new RangeError(`fused LSTM: ${key} is ${config[key]}, expected ${value}`);
    }
  }
  computeLstmBy(engine.tf, layer, states);
}

/**
 * Replaces the computation of a stock LSTM layer by another form of the same layer.
 *
 * @param states null gives the stock computation back
 */
export function computeLstmBy(
  tf: TensorFlow,
  layer: layers.Layer,
  states: HiddenStates | null,
): void {
  if (!states) {
    // The own property hides the method of the layer's class.
    Reflect.deleteProperty(layer, "call");
    return;
  }
  const stock = layer as unknown as StockLstm;
  stock.call = (inputs, options) =>
    tf.tidy(() => {
      const series = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor3D;
      const { kernel, recurrentKernel, bias } = stock.cell;
      const training = options?.training === true;
      const seriesGradient = !(training && onModelInput(stock));
      const use = { training, seriesGradient };
      return states(series, kernel.read(), recurrentKernel.read(), bias.read(), use);
    });
}

/** The fastest form that the engine has, null where only the stock computation works. */
function fusedStates(engine: Engine, sequences: boolean, reverse: boolean): HiddenStates | null {
  const { isUsingGpuDevice } = engine.tf.backend() as { isUsingGpuDevice?: boolean };
  const onGpu = engine.name === "webgpu" || isUsingGpuDevice === true;
  const compiled = onGpu ? null : lstmKernel();
  if (compiled) return kernelLstm(engine.tf, compiled, sequences, reverse);
  return engine.name === "tensorflow" ? blockLstm(engine, sequences, reverse) : null;
}

function onModelInput({ inboundNodes }: StockLstm): boolean {
  const [node] = inboundNodes;
  return node?.inboundLayers.length === 1 && node.inboundLayers[0]!.getClassName() === "InputLayer";
}
