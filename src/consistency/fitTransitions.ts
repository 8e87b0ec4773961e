import { createChain } from "./chain.js";
import { emissionTable, readEmissions } from "./emissions.js";
import type { ClassModel } from "./hmm.js";
import { type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";

/** Rounds of expectation and maximisation. */
const ROUNDS = 8;

/**
 * Fits one transition matrix to unlabelled series (Baum-Welch with fixed emissions): expected moves
 * between classes, summed over pixels and pairs of years, rows scaled to 1. Pixels without data in
 * some year are left out, and a row that no pixel enters stays as it was.
 *
 * @param series of a large area a sample of its pixels
 * @returns the model with the fitted matrix for every pair of years
 */
export function fitTransitions(
  series: ProbabilitySeries,
  model: ClassModel,
  rounds = ROUNDS,
): ClassModel {
  const { classes, years, percent } = series;
  const pixels = seriesPixels(series);
  const table = emissionTable(model.prior);
  const chain = createChain(classes, years.length);
  const cells = classes * classes;
  let transitions = model.transitions;
  for (let round = 0; round < rounds; round++) {
    const pairs = transitions.map(() => new Float64Array(cells));
    for (let pixel = 0; pixel < pixels; pixel++) {
      let complete = true;
      for (let y = 0; y < years.length; y++) {
        const at = y * classes;
        if (!readEmissions(table, percent[y]!, pixel, pixels, classes, chain.emission, at)) {
          complete = false;
        }
      }
      if (!complete) continue;
      chain.run(model.start, transitions);
      pairs.forEach((sum, y) => {
        chain.addPairs(y, sum);
      });
    }
    const sums = new Float64Array(cells);
    pairs.forEach((sum, y) => {
      for (let cell = 0; cell < cells; cell++) sums[cell]! += transitions[y]![cell]! * sum[cell]!;
    });
    const fitted = Float64Array.from(transitions[0]!);
    for (let k = 0; k < classes; k++) {
      const row = sums.subarray(k * classes, (k + 1) * classes);
      const total = row.reduce((sum, value) => sum + value, 0);
      if (total === 0) continue;
      for (let l = 0; l < classes; l++) fitted[k * classes + l] = row[l]! / total;
    }
    transitions = transitions.map(() => fitted);
  }
  return { ...model, transitions };
}
