import type { Random } from "../random.js";
import type { SeriesSet } from "./seriesSet.js";

/** A network as the training loop sees it: parameters, the gradient of a batch, scores. */
export interface Learner {
  readonly classes: number;
  /** All parameters in the order of the network's weights. */
  readonly parameters: Float32Array;
  /** Makes the network compute with what `parameters` holds. */
  store(): void;
  /**
   * Mean softmax cross-entropy of some samples, natural logarithm, and behind it its gradient in the
   * order of the parameters. The arrays are free to change once it is there.
   *
   * @param series [sample][date][channel]
   * @param shares weights of the loss [sample][class]
   * @param random what dropout draws from
   */
  lossAndGradient(
    series: Float32Array,
    shares: Float32Array,
    random: Random,
  ): Promise<Float32Array>;
  /** Class scores before the softmax [sample][class] of series [sample][date][channel]. */
  scores(series: Float32Array): Promise<Float32Array>;
  /** A copy of all that was learnt: the parameters and behind them what else the network keeps, such as running means. */
  state(): Promise<Float32Array>;
  /** Makes the network what it was when {@link state} gave the array. */
  restore(state: Float32Array): void;
  /** Writes the network into a folder, in TensorFlow.js's own form. */
  save(folder: string): Promise<void>;
  /** Frees what the network holds. */
  dispose(): void;
}

/**
 * Copies the series of some samples one after the other.
 *
 * @param out [members][date][channel]
 */
export function gatherSeries(set: SeriesSet, members: Uint32Array, out: Float32Array): void {
  const size = set.dates * set.channels;
  for (let i = 0; i < members.length; i++) {
    const from = members[i]! * size;
    out.set(set.values.subarray(from, from + size), i * size);
  }
}
