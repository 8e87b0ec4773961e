import { argmaxFrom } from "./chain.js";
import { emissionTable, readEmissions, readFourEmissions } from "./emissions.js";
import { createFourChains, FOUR } from "./fourChains.js";
import { hmmKernel } from "./hmmKernel.js";
import { type ClassSeries, type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";

/** A hidden Markov model over the classes of a legend. */
export interface ClassModel {
  /** Share of every class in the training samples. */
  readonly prior: Float64Array;
  /** Share of every class in the first year. */
  readonly start: Float64Array;
  /** Matrix [from][to] for every pair of years. */
  readonly transitions: readonly Float64Array[];
}

/**
 * Classes of every pixel by the posterior of each year, given all years (forward-backward).
 *
 * @param kernel compiled code, null for this script; the bytes are the same
 */
export function hmmClasses(
  series: ProbabilitySeries,
  model: ClassModel,
  kernel = hmmKernel(series.classes),
): ClassSeries {
  const { classes, years, percent } = series;
  const pixels = seriesPixels(series);
  const table = emissionTable(model.prior);
  const out = years.map(() => new Uint8Array(pixels));
  if (kernel !== null) {
    const values = { pixels, years: years.length, classes, percent, table };
    kernel.plain(values, model.start, model.transitions, out);
    return out;
  }
  const chains = createFourChains(classes, years.length);
  const known = new Uint8Array(FOUR);
  for (let first = 0; first < pixels; first += FOUR) {
    const count = Math.min(FOUR, pixels - first);
    known.fill(0);
    for (let y = 0; y < years.length; y++) {
      const at = y * classes * FOUR;
      readFourEmissions(table, percent[y]!, first, pixels, classes, chains.emission, at, known);
    }
    chains.run(model.start, model.transitions);
    for (let y = 0; y < years.length; y++) {
      for (let p = 0; p < count; p++) {
        if (known[p] === 0) continue;
        const at = y * classes * FOUR + p;
        out[y]![first + p] = argmaxFrom(chains.posterior, at, classes, FOUR) + 1;
      }
    }
  }
  return out;
}

/** Classes of every pixel along the one most probable path (Viterbi 1967), in logarithms. */
export function viterbiClasses(series: ProbabilitySeries, model: ClassModel): ClassSeries {
  const { classes, years } = series;
  const table = emissionTable(model.prior).map(Math.log);
  const emission = new Float64Array(years.length * classes);
  const start = model.start.map(Math.log);
  const transitions = model.transitions.map((matrix) => matrix.map(Math.log));
  const score = new Float64Array(years.length * classes);
  const from = new Uint8Array(years.length * classes);
  return eachPixel(series, table, emission, (pixel, out) => {
    for (let k = 0; k < classes; k++) score[k] = start[k]! + emission[k]!;
    for (let y = 1; y < years.length; y++) {
      const at = y * classes;
      const before = at - classes;
      const matrix = transitions[y - 1]!;
      for (let l = 0; l < classes; l++) {
        let best = 0;
        let highest = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < classes; k++) {
          const value = score[before + k]! + matrix[k * classes + l]!;
          if (value > highest) {
            highest = value;
            best = k;
          }
        }
        score[at + l] = highest + emission[at + l]!;
        from[at + l] = best;
      }
    }
    let state = argmaxFrom(score, (years.length - 1) * classes, classes);
    for (let y = years.length - 1; y >= 0; y--) {
      out[y]![pixel] = state + 1;
      state = from[y * classes + state]!;
    }
  });
}

/** Calls `visit` for every pixel with data in some year, its emissions read; 0 stays elsewhere. */
function eachPixel(
  series: ProbabilitySeries,
  table: Float64Array,
  emission: Float64Array,
  visit: (pixel: number, out: readonly Uint8Array[]) => void,
): ClassSeries {
  const { classes, percent, years } = series;
  const pixels = seriesPixels(series);
  const out = years.map(() => new Uint8Array(pixels));
  for (let pixel = 0; pixel < pixels; pixel++) {
    let known = false;
    for (let y = 0; y < years.length; y++) {
      const data = readEmissions(table, percent[y]!, pixel, pixels, classes, emission, y * classes);
      known ||= data;
    }
    if (known) visit(pixel, out);
  }
  return out;
}
