/** An estimate from a probability sample with its standard error and 95 % interval. */
export interface SampleEstimate {
  /** NaN where it is not defined, such as the accuracy of a class that the sample never met. */
  readonly value: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** Half width of a 95 % interval in standard errors. */
const Z = 1.96;

/** Value +- 1.96 standard errors. */
export function normalEstimate(value: number, variance: number): SampleEstimate {
  const error = Math.sqrt(variance);
  return { value, error, low: value - Z * error, high: value + Z * error };
}

/** The same estimate in another unit. */
export function scaled(
  { value, error, low, high }: SampleEstimate,
  factor: number,
): SampleEstimate {
  return { value: value * factor, error: error * factor, low: low * factor, high: high * factor };
}
