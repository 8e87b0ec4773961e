import { openAddon } from "./addon.js";
import { usesProcessor } from "./tensorflow.js";

/** Sizes and form of an LSTM layer's pass over series [sample, date, channel]. */
export interface LstmPass {
  readonly samples: number;
  readonly dates: number;
  readonly channels: number;
  readonly units: number;
  /** All hidden states [sample, date, unit] in the order of computation, else the last one [sample, unit]. */
  readonly sequences: boolean;
  /** From the last date to the first. */
  readonly reverse: boolean;
}

/** Weights as Keras keeps them: [channel, 4 units], [unit, 4 units], [4 units]; gates i, f, c, o. */
export interface LstmWeights {
  readonly kernel: Float32Array;
  readonly recurrent: Float32Array;
  readonly bias: Float32Array;
}

/** Gradients of {@link LstmKernel.backward}. */
export interface LstmGradients extends LstmWeights {
  /** As the series; null where it was not asked for. */
  readonly series: Float32Array | null;
}

/** The LSTM layer, compiled for this processor by `make environment`; on one core where nothing else is said. */
export interface LstmKernel {
  /** Length of the array that {@link forward} fills for {@link backward}. */
  keptLength(pass: LstmPass): number;
  /** Hidden states; with `kept`, also what the gradient needs. */
  forward(
    pass: LstmPass,
    series: Float32Array,
    weights: LstmWeights,
    kept: Float32Array | null,
  ): Float32Array;
  /** Gradients of the series and the weights from that of the hidden states. */
  backward(
    pass: LstmPass,
    series: Float32Array,
    weights: LstmWeights,
    kept: Float32Array,
    hidden: Float32Array,
    wantSeries: boolean,
  ): LstmGradients;
  /** Outputs [sample, output] of a dense layer from inputs [sample, input] and weights [input, output]. */
  dense(
    samples: number,
    values: Float32Array,
    kernel: Float32Array,
    bias: Float32Array,
  ): Float32Array;
  /**
   * Mean cross-entropy, natural logarithm, of a dense layer behind the last hidden state, and its
   * gradient.
   *
   * @param shares weights of the loss [sample][class]
   * @param parameters kernel, recurrent, bias, dense kernel [unit, class] and dense bias
   * @param gradient filled in the order of the parameters
   * @param threads that share the work; the bytes are the same for any number
   */
  lossAndGradient(
    pass: Omit<LstmPass, "sequences">,
    classes: number,
    series: Float32Array,
    shares: Float32Array,
    parameters: Float32Array,
    gradient: Float32Array,
    threads: number,
  ): number;
}

/** What the compiled addon exports; it checks nothing. */
interface Addon {
  keptLength(shape: Int32Array): number;
  forward(shape: Int32Array, ...arrays: (Float32Array | null)[]): void;
  backward(shape: Int32Array, ...arrays: (Float32Array | null)[]): void;
  dense(sizes: Int32Array, ...arrays: Float32Array[]): void;
  lossAndGradient(
    shape: Int32Array,
    classes: number,
    threads: number,
    ...arrays: Float32Array[]
  ): number;
}

let loaded: LstmKernel | null | undefined;

/** The compiled kernel, null where it was not built or this processor lacks its instructions. */
export function lstmKernel(): LstmKernel | null {
  if (loaded === undefined) {
    const addon = openAddon("lstm") as Addon | null;
    loaded = addon && kernelOf(addon);
  }
  return loaded;
}

/** The compiled kernel where networks run on the processor, null where another engine was asked for. */
export function compiledKernel(): LstmKernel | null {
  return usesProcessor() ? lstmKernel() : null;
}

function kernelOf(addon: Addon): LstmKernel {
  return {
    keptLength: (pass) => addon.keptLength(shapeOf(pass)),
    forward(pass, series, weights, kept) {
      check(pass, series, weights);
      const shape = shapeOf(pass);
      if (kept) expect("kept", kept, addon.keptLength(shape));
      const hidden = new Float32Array(hiddenLength(pass));
      const { kernel, recurrent, bias } = weights;
      addon.forward(shape, series, kernel, recurrent, bias, hidden, kept);
      return hidden;
    },
    backward(pass, series, weights, kept, hidden, wantSeries) {
      check(pass, series, weights);
      const shape = shapeOf(pass);
      expect("kept", kept, addon.keptLength(shape));
      expect("hidden", hidden, hiddenLength(pass));
      const gradients = {
        kernel: new Float32Array(weights.kernel.length),
        recurrent: new Float32Array(weights.recurrent.length),
        bias: new Float32Array(weights.bias.length),
        series: wantSeries ? new Float32Array(series.length) : null,
      };
      const { kernel, recurrent, bias } = gradients;
      const inputs = [series, weights.kernel, weights.recurrent, kept, hidden];
      addon.backward(shape, ...inputs, kernel, recurrent, bias, gradients.series);
      return gradients;
    },
    dense(samples, values, kernel, bias) {
      const inputs = values.length / samples;
      expect("values", values, samples * Math.floor(inputs));
      expect("kernel", kernel, inputs * bias.length);
      expect("bias", bias, bias.length);
      const out = new Float32Array(samples * bias.length);
      addon.dense(Int32Array.of(samples, inputs, bias.length), values, kernel, bias, out);
      return out;
    },
    lossAndGradient(part, classes, series, shares, parameters, gradient, threads) {
      const pass = { ...part, sequences: false };
      checkSizes(pass, classes);
      const { samples, dates, channels, units } = pass;
      const length = 4 * units * (channels + units + 1) + (units + 1) * classes;
      expect("series", series, samples * dates * channels);
      expect("shares", shares, samples * classes);
      expect("parameters", parameters, length);
      expect("gradient", gradient, length);
      const arrays = [series, shares, parameters, gradient];
      return addon.lossAndGradient(shapeOf(pass), classes, threads, ...arrays);
    },
  };
}

const shapeOf = (pass: LstmPass): Int32Array =>
  Int32Array.of(
    pass.samples,
    pass.dates,
    pass.channels,
    pass.units,
    Number(pass.sequences),
    Number(pass.reverse),
  );

const hiddenLength = ({ samples, dates, units, sequences }: LstmPass): number =>
  samples * units * (sequences ? dates : 1);

function expect(name: string, array: unknown, length: number): void {
  if (!(array instanceof Float32Array) || array.length !== length) {
    throw new RangeError(`LSTM kernel: ${name} is not a Float32Array of ${length} values`);
  }
}

function checkSizes({ samples, dates, channels, units }: LstmPass, classes = 1): void {
  for (const size of [samples, dates, channels, units, classes]) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`LSTM kernel: size ${size}`);
  }
}

function check(pass: LstmPass, series: Float32Array, weights: LstmWeights): void {
  checkSizes(pass);
  const { samples, dates, channels, units } = pass;
  expect("series", series, samples * dates * channels);
  expect("kernel", weights.kernel, 4 * channels * units);
  expect("recurrent", weights.recurrent, 4 * units * units);
  expect("bias", weights.bias, 4 * units);
}
