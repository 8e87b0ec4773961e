import { boxSum } from "./boxSum.js";
import { createChain } from "./chain.js";
import { GROUPS } from "./coverGroups.js";
import { emissionTable, readEmissions } from "./emissions.js";
import {
  type GroupedModel,
  groupedClasses,
  groupNumbers,
  groupShares,
  sumGroups,
} from "./groupedHmm.js";
import { type ClassSeries, type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";
import { groupTransitions } from "./transitions.js";

/** How local rates of change are learned. */
export interface LocalOptions {
  /** Half the side of the window, pixels: 2 is 5 x 5. */
  readonly radius: number;
  /** Rounds of expectation and maximisation. */
  readonly rounds: number;
  /** Weight of the model's own rates, in pixels of the window. */
  readonly trust: number;
}

export const localDefaults: LocalOptions = Object.freeze({ radius: 2, rounds: 5, trust: 5 });

/** Rows beside a block that its classes depend on. */
export function localMargin({ radius, rounds }: LocalOptions): number {
  return radius * rounds;
}

const SIZE = GROUPS.length;

/**
 * The grouped hidden Markov model with a rate of change of its own at every place and pair of years.
 * Real change comes in patches and error in scattered pixels, so the moves between groups that the
 * model expects in a small window, beside those of its own rates, become the transitions of the pixel
 * in its middle (Baum-Welch with a Dirichlet prior, window by window). It needs no date of an event:
 * where a storm has felled a stand, leaving the forest becomes likely there and then.
 */
export function localClasses(
  series: ProbabilitySeries,
  model: GroupedModel,
  options: Partial<LocalOptions> = {},
): ClassSeries {
  const { radius, rounds, trust } = { ...localDefaults, ...options };
  const { width, height } = series;
  const pairs = model.events.length;
  const usual = groupTransitions(model.rates.group, null);
  const event = groupTransitions(model.rates.group, model.rates.event);
  const base = (pixel: number, y: number) => (model.events[y]?.[pixel] === 1 ? event : usual);
  const out = Array.from({ length: pairs }, () => new Float64Array(SIZE * SIZE));
  let sums: Float32Array[][] | null = null;
  const moves = (pixel: number) => {
    for (let y = 0; y < pairs; y++) {
      const own = base(pixel, y);
      const matrix = out[y]!;
      if (sums === null) {
        matrix.set(own);
        continue;
      }
      for (let from = 0; from < SIZE; from++) {
        let total = trust;
        for (let to = 0; to < SIZE; to++) total += sums[y]![from * SIZE + to]![pixel]!;
        for (let to = 0; to < SIZE; to++) {
          const cell = from * SIZE + to;
          matrix[cell] = (trust * own[cell]! + sums[y]![cell]![pixel]!) / total;
        }
      }
    }
    return out;
  };
  for (let round = 0; round < rounds; round++) {
    const expected = expectedMoves(series, model, moves);
    sums = expected.map((cells) => cells.map((cell) => boxSum(cell, width, height, radius)));
  }
  return groupedClasses(series, model, moves);
}

/** Expected moves of every pixel [pair][from x to][pixel] under its transitions. */
function expectedMoves(
  series: ProbabilitySeries,
  model: GroupedModel,
  moves: (pixel: number) => readonly Float64Array[],
): Float32Array[][] {
  const { classes, years, percent } = series;
  const pixels = seriesPixels(series);
  const pairs = years.length - 1;
  const group = groupNumbers(model.legend);
  const start = groupShares(model.start, group);
  const table = emissionTable(model.prior);
  const chain = createChain(SIZE, years.length);
  const emission = new Float64Array(years.length * classes);
  const joint = new Float64Array(SIZE * SIZE);
  const out = Array.from({ length: pairs }, () =>
    Array.from({ length: SIZE * SIZE }, () => new Float32Array(pixels)),
  );
  for (let pixel = 0; pixel < pixels; pixel++) {
    let complete = true;
    for (let y = 0; y < years.length; y++) {
      const at = y * classes;
      const data = readEmissions(table, percent[y]!, pixel, pixels, classes, emission, at);
      complete &&= data;
    }
    if (!complete) continue;
    sumGroups(emission, group, years.length, chain.emission);
    const transitions = moves(pixel);
    chain.run(start, transitions);
    for (let y = 0; y < pairs; y++) {
      chain.joint(y, transitions[y]!, joint);
      for (let cell = 0; cell < joint.length; cell++) out[y]![cell]![pixel] = joint[cell]!;
    }
  }
  return out;
}
