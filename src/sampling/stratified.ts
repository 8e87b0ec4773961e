import { DataError } from "../errors.js";
import { normalEstimate, type SampleEstimate, scaled } from "./estimateOf.js";

/** A sample whose strata are the classes of the map that is judged. */
export interface StratifiedSample {
  /** Class names, in the order of rows and columns. */
  readonly classes: readonly string[];
  /** Sample counts, rows map class (stratum), columns reference class, row-major. */
  readonly counts: Float64Array;
  /** Mapped area of every class, any unit. */
  readonly areas: Float64Array;
}

/** Accuracy and area with what a sample can say about them. */
export interface StratifiedEstimates {
  readonly overall: SampleEstimate;
  /** By class. */
  readonly user: readonly SampleEstimate[];
  readonly producer: readonly SampleEstimate[];
  /** Area of every class, the unit of the mapped areas. */
  readonly area: readonly SampleEstimate[];
}

/**
 * Accuracy and area from a stratified random sample (Olofsson et al. 2014, DOI
 * 10.1016/j.rse.2014.02.015, equations 1-11): the error matrix in area shares, user's and producer's
 * accuracy, and areas that are corrected for the map's errors.
 *
 * @throws DataError when a stratum that covers area has fewer than 2 sample points, or the shapes differ
 */
export function stratifiedEstimates(sample: StratifiedSample): StratifiedEstimates {
  const { classes, counts, areas } = sample;
  const size = classes.length;
  if (counts.length !== size * size || areas.length !== size) {
    const found = `${counts.length} counts and ${areas.length} areas`;
    throw new DataError("error matrix", `${found}, expected ${size * size} and ${size}`);
  }
  const total = areas.reduce((sum, area) => sum + area, 0);
  const n = classes.map((name, i) => {
    const row = counts.subarray(i * size, (i + 1) * size).reduce((sum, count) => sum + count, 0);
    if (row < 2 && areas[i]! > 0) {
      throw new DataError(`stratum ${name}`, `${row} sample points, expected at least 2`);
    }
    return row;
  });
  const weight = classes.map((_, i) => areas[i]! / total);
  /** Share of the points of stratum i with reference j. */
  const rate = (i: number, j: number) => (n[i] === 0 ? 0 : counts[i * size + j]! / n[i]!);
  const spread = (i: number, share: number) => (share * (1 - share)) / (n[i]! - 1);
  const strata = [...classes.keys()].filter((i) => areas[i]! > 0);
  const sum = (value: (i: number) => number) => strata.reduce((all, i) => all + value(i), 0);

  const overall = normalEstimate(
    sum((i) => weight[i]! * rate(i, i)),
    sum((i) => weight[i]! ** 2 * spread(i, rate(i, i))),
  );
  const user = classes.map((_, i) =>
    areas[i] === 0
      ? normalEstimate(Number.NaN, Number.NaN)
      : normalEstimate(rate(i, i), spread(i, rate(i, i))),
  );
  const producer = classes.map((_, j) => {
    const mapped = sum((i) => areas[i]! * rate(i, j));
    const accuracy = (areas[j]! * rate(j, j)) / mapped;
    const own = areas[j] === 0 ? 0 : areas[j]! ** 2 * (1 - accuracy) ** 2 * spread(j, rate(j, j));
    const others = sum((i) => (i === j ? 0 : areas[i]! ** 2 * spread(i, rate(i, j))));
    return normalEstimate(accuracy, (own + accuracy ** 2 * others) / mapped ** 2);
  });
  const area = classes.map((_, j) => {
    const share = sum((i) => weight[i]! * rate(i, j));
    const variance = sum((i) => weight[i]! ** 2 * spread(i, rate(i, j)));
    return scaled(normalEstimate(share, variance), total);
  });
  return { overall, user, producer, area };
}
