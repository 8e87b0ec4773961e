import type { LstmWeights } from "../engine/lstmKernel.js";
import type { SavedNetwork } from "./networkFiles.js";

/** An LSTM layer with tanh, logistic gates and bias. */
export interface LstmLayer extends LstmWeights {
  readonly kind: "lstm";
  readonly channels: number;
  readonly units: number;
  /** Whether it hands on the states of all dates. */
  readonly sequences: boolean;
  readonly reverse: boolean;
}

/** A dense layer without activation. */
export interface DenseLayer {
  readonly kind: "dense";
  /** [input][output] */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** The layers of a network between its series and the softmax at its end. */
export interface NetworkLayers {
  readonly dates: number;
  readonly channels: number;
  readonly classes: number;
  readonly layers: readonly (LstmLayer | DenseLayer)[];
}

/** A layer as Keras describes it. */
interface Description {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The layers of a saved network of LSTM layers, dense layers and a softmax.
 *
 * @returns null when the network has a layer of another kind
 */
export function networkLayers(saved: SavedNetwork): NetworkLayers | null {
  const { layers: descriptions } = (saved.topology as { config: { layers: Description[] } }).config;
  const input = descriptions[0]?.config.batch_input_shape as [null, number, number] | undefined;
  if (input?.length !== 3) return null;
  const [, dates, channels] = input;
  const weights = weightArrays(saved);
  const next = () => weights.shift()!;
  const layers: (LstmLayer | DenseLayer)[] = [];
  let width = channels;
  let inSeries = true;
  for (const [position, { class_name: name, config }] of descriptions.entries()) {
    const units = config.units as number;
    if (name === "LSTM" && inSeries && isPlainLstm(config)) {
      const sequences = config.return_sequences === true;
      layers.push({
        kind: "lstm",
        ...{ channels: width, units, sequences, reverse: config.go_backwards === true },
        ...{ kernel: next(), recurrent: next(), bias: next() },
      });
      inSeries = sequences;
      width = units;
    } else if (name === "Dense" && !inSeries && isPlainDense(config)) {
      layers.push({ kind: "dense", kernel: next(), bias: next() });
      width = units;
    } else if (name === "Activation" && !inSeries && config.activation === "softmax") {
      const last = position === descriptions.length - 1;
      return last ? { dates, channels, classes: width, layers } : null;
    } else return null;
  }
  return null;
}

function weightArrays({ weightSpecs, weightData }: SavedNetwork): Float32Array[] {
  let start = 0;
  return weightSpecs.map(({ shape }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const values = new Float32Array(weightData, start, length);
    start += 4 * length;
    return values;
  });
}

function isPlainLstm(config: Description["config"]): boolean {
  return (
    config.activation === "tanh" &&
    config.recurrent_activation === "sigmoid" &&
    config.use_bias === true &&
    config.return_state === false &&
    config.stateful === false
  );
}

const isPlainDense = (config: Description["config"]): boolean =>
  config.activation === "linear" && config.use_bias === true;
