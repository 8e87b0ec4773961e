import { createChain } from "./chain.js";
import { GROUPS } from "./coverGroups.js";
import { emissionTable, readEmissions } from "./emissions.js";
import { type GroupedModel, groupNumbers, groupShares, sumGroups } from "./groupedHmm.js";
import { learnedMoves } from "./groupMoves.js";
import { type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";
import { groupTransitions } from "./transitions.js";

/** Rounds of expectation and maximisation. */
const ROUNDS = 10;

/**
 * Fits a transition matrix of the groups for every pair of years to unlabelled series (Baum-Welch with
 * fixed emissions): expected moves summed over pixels, with one pixel more that moves at the stated rate,
 * so that no move is impossible. A year with a storm shows in them as a year in which forest is lost more
 * often; no date is told. Pixels without data in some year are left out.
 *
 * @param series of a large area a sample of its pixels
 * @returns matrix [from][to] of every pair of years, rows sum to 1
 */
export function fitGroupMoves(
  series: ProbabilitySeries,
  model: Pick<GroupedModel, "legend" | "prior" | "start" | "rates">,
): Float64Array[] {
  const { classes, years, percent } = series;
  const pixels = seriesPixels(series);
  const table = emissionTable(model.prior);
  const group = groupNumbers(model.legend);
  const start = groupShares(model.start, group);
  const stated = groupTransitions(model.rates.group, null);
  const chain = createChain(GROUPS.length, years.length);
  const emission = new Float64Array(years.length * classes);
  const joint = new Float64Array(stated.length);
  let moves = years.slice(1).map(() => stated);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = moves.map(() => new Float64Array(stated.length));
    for (let pixel = 0; pixel < pixels; pixel++) {
      let complete = true;
      for (let y = 0; y < years.length; y++) {
        const at = y * classes;
        const data = readEmissions(table, percent[y]!, pixel, pixels, classes, emission, at);
        complete &&= data;
      }
      if (!complete) continue;
      sumGroups(emission, group, years.length, chain.emission);
      chain.run(start, moves);
      sums.forEach((sum, y) => {
        chain.joint(y, moves[y]!, joint);
        for (let cell = 0; cell < sum.length; cell++) sum[cell]! += joint[cell]!;
      });
    }
    moves = sums.map((counts) => {
      const fitted = new Float64Array(stated.length);
      learnedMoves(stated, { counts, trust: 1 }, 0, fitted);
      return fitted;
    });
  }
  return moves;
}
