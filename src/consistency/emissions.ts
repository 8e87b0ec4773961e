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

/**
 * The same for the four pixels from `first` on, into `out` as [class][pixel]; after the last pixel it
 * is read again.
 *
 * @param known 1 for every pixel whose year has data; others stay
 */
export function readFourEmissions(
  table: EmissionTable,
  percent: Uint8Array,
  first: number,
  pixels: number,
  classes: number,
  out: Float64Array,
  at: number,
  known: Uint8Array,
): void {
  const last = pixels - 1;
  const second = Math.min(first + 1, last);
  const third = Math.min(first + 2, last);
  const fourth = Math.min(first + 3, last);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0, plane = 0, i = at; k < classes; k++, plane += pixels, i += 4) {
    const row = k * LEVELS;
    const p = percent[plane + first]!;
    const q = percent[plane + second]!;
    const r = percent[plane + third]!;
    const s = percent[plane + fourth]!;
    out[i] = table[row + p]!;
    out[i + 1] = table[row + q]!;
    out[i + 2] = table[row + r]!;
    out[i + 3] = table[row + s]!;
    a += p;
    b += q;
    c += r;
    d += s;
  }
  for (let n = 0; n < 4; n++) {
    const sum = n === 0 ? a : n === 1 ? b : n === 2 ? c : d;
    if (sum > 0) known[n] = 1;
    else for (let k = 0, i = at + n; k < classes; k++, i += 4) out[i] = 1;
  }
}
