import { DataError } from "../errors.js";

/** Least probability of a class, so that no year forbids one. */
const LEAST = 1e-4;
const LEVELS = 101;

/** Emission of every class at 0-100 per cent: [class][per cent]. */
export type EmissionTable = Float64Array;

/**
 * Emissions e(k) = max(p, 1e-4) / prior(k) up to a factor: what a hidden Markov model reads instead
 * of probabilities, because a network repeats the class shares of its training set.
 *
 * @param prior share of every class in the training samples, above 0
 * @throws DataError when a class has no share
 */
export function emissionTable(prior: Float64Array): EmissionTable {
  const table = new Float64Array(prior.length * LEVELS);
  prior.forEach((share, k) => {
    if (!(share > 0))
      throw new DataError("prior", `class ${k + 1} has share ${share}, expected > 0`);
    for (let percent = 0; percent < LEVELS; percent++) {
      table[k * LEVELS + percent] = Math.max(percent / 100, LEAST) / share;
    }
  });
  return table;
}

/**
 * Reads the emissions of a pixel and year into `out` from `at` on. A year without data says nothing:
 * all its emissions are 1.
 *
 * @returns whether the year has data
 */
export function readEmissions(
  table: EmissionTable,
  percent: Uint8Array,
  pixel: number,
  pixels: number,
  classes: number,
  out: Float64Array,
  at: number,
): boolean {
  let total = 0;
  for (let k = 0, i = pixel; k < classes; k++, i += pixels) {
    const p = percent[i]!;
    total += p;
    out[at + k] = table[k * LEVELS + p]!;
  }
  if (total > 0) return true;
  out.fill(1, at, at + classes);
  return false;
}
