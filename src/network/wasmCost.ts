/**
 * Seconds of one core of the WASM backend for one date of one series and one product of channel
 * and unit, in training and in prediction (measured with an LSTM of 64 units on 10 channels).
 */
const secondsPerProduct = { train: 8e-9, predict: 1.3e-9 };

/** Channels of a series with ten bands, eight indices, flag and day of year. */
const typicalChannels = 21;

/**
 * Seconds of one core that the WASM backend takes.
 *
 * @param work series times dates, summed over all networks
 * @param units LSTM units of the networks
 */
export function wasmSeconds(
  kind: keyof typeof secondsPerProduct,
  work: number,
  units: number,
): number {
  return work * (typicalChannels + units) * units * secondsPerProduct[kind];
}
