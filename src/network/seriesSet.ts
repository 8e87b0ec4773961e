import { DataError } from "../errors.js";

/** Labelled series in flat arrays. */
export interface SeriesSet {
  readonly length: number;
  readonly dates: number;
  readonly channels: number;
  /** [sample][date][channel], scaled to 0-1. */
  readonly values: Float32Array;
  /** Output column of each sample, 0 to classes - 1. */
  readonly labels: Uint8Array;
  /**
   * Soft labels [sample][class]: the probability of each class, rows summing to 1. Without them a
   * sample belongs wholly to the class of its label.
   */
  readonly targets?: Float32Array;
  /** Weight of each sample in the loss, 0 or more; 1 without them. */
  readonly weights?: Float32Array;
}

/** How far the probabilities of a soft label may sum from 1. */
const sumTolerance = 1e-3;

/**
 * Refuses series that no network can learn from.
 *
 * @param name what the message calls the set
 * @throws DataError that names the first sample, date, channel or class that is wrong
 */
export function checkSeriesSet(set: SeriesSet, classes: number, name: string): void {
  const { length, dates, channels, values, labels, targets, weights } = set;
  const refuse = (problem: string): never => {
    throw new DataError(name, problem);
  };
  const expectLength = (what: string, found: number, expected: number) => {
    if (found !== expected) refuse(`${what}: ${found} values, expected ${expected}`);
  };
  expectLength("series", values.length, length * dates * channels);
  expectLength("labels", labels.length, length);
  if (targets) expectLength("soft labels", targets.length, length * classes);
  if (weights) expectLength("weights", weights.length, length);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    const sample = Math.floor(i / (dates * channels));
    const date = Math.floor(i / channels) % dates;
    refuse(`sample ${sample}, date ${date}, channel ${i % channels} is ${values[i]}`);
  }
  for (let i = 0; i < length; i++) {
    if (labels[i]! >= classes) {
      refuse(`sample ${i} has class column ${labels[i]}, expected 0 to ${classes - 1}`);
    }
    if (weights && !(weights[i]! >= 0 && weights[i]! < Infinity)) {
      refuse(`sample ${i} has weight ${weights[i]}, expected 0 or more`);
    }
    if (!targets) continue;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const share = targets[i * classes + k]!;
      if (!(share >= 0)) refuse(`sample ${i} has probability ${share} of class column ${k}`);
      sum += share;
    }
    if (!(Math.abs(sum - 1) <= sumTolerance)) {
      refuse(`the probabilities of sample ${i} sum to ${sum}, expected 1`);
    }
  }
}
