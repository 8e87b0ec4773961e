import { DataError, UsageError } from "../errors.js";
import { oddValue } from "./bins.js";

/** What rows and labels are checked against. */
export interface RowChecks {
  readonly classes: number;
  /** Whether values may be missing (not a number). */
  readonly missing: boolean;
  readonly weights?: ArrayLike<number>;
  readonly featureNames?: readonly string[];
  readonly classNames?: readonly string[];
}

/** Most classes of a forest. */
const mostClasses = 4_096;
/** Most columns of a forest: tests keep them in fifteen bits. */
const mostColumns = 32_767;

/**
 * Checks training rows before any work starts.
 *
 * @returns the features with missing values, ascending
 * @throws UsageError when the arguments do not fit each other
 * @throws DataError when there is nothing to part or a value cannot be used
 */
export function checkRows(
  values: Float32Array,
  features: number,
  labels: Uint8Array | Uint16Array,
  checks: RowChecks,
): Int32Array {
  const { classes, missing, weights, featureNames, classNames } = checks;
  if (values.length !== labels.length * features) {
    throw new UsageError(
      "labels",
      `${labels.length} for ${values.length / features} rows of ${features} features`,
    );
  }
  if (featureNames && featureNames.length !== features) {
    throw new UsageError("featureNames", `${featureNames.length} for ${features} features`);
  }
  if (!Number.isInteger(classes) || classes < 1 || classes > mostClasses) {
    throw new UsageError("classes", `${classes} is not in 1..${mostClasses}`);
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError("labels", `${labels[wrong]} in row ${wrong}, expected 0..${classes - 1}`);
  }
  if (weights) checkWeights(weights, labels.length);
  const used = labels.filter((_, row) => !weights || weights[row]! > 0);
  if (used.every((label) => label === used[0])) {
    const name = used.length > 0 ? (classNames?.[used[0]!] ?? used[0]) : "no class";
    throw new DataError(
      "labels",
      `all ${used.length} rows are of class ${name}, expected two or more classes`,
    );
  }
  const gaps = findGaps(values, features, missing, featureNames);
  if (features + gaps.length > mostColumns) {
    throw new UsageError(
      "features",
      `${features} and ${gaps.length} with missing values, expected at most ${mostColumns} in all`,
    );
  }
  return gaps;
}

function checkWeights(weights: ArrayLike<number>, rows: number): void {
  if (weights.length !== rows) {
    throw new UsageError("weights", `${weights.length} for ${rows} rows`);
  }
  for (let i = 0; i < rows; i++) {
    if (weights[i]! >= 0 && weights[i]! < Number.POSITIVE_INFINITY) continue;
    throw oddValue("weights", i, weights[i]!, "expected a finite number that is not negative");
  }
}

/** Features with missing values; refuses them where they are not allowed, and infinite ones always. */
function findGaps(
  values: Float32Array,
  features: number,
  missing: boolean,
  names?: readonly string[],
): Int32Array {
  const gaps = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value === 0) continue;
    const feature = i % features;
    if (!missing || !Number.isNaN(value)) {
      const expected = missing ? "expected a number or NaN" : "expected a finite number";
      const name = names?.[feature] ?? `feature ${feature}`;
      throw oddValue(name, Math.floor(i / features), value, expected);
    }
    gaps.add(feature);
  }
  return Int32Array.from(gaps).sort();
}
