import { boxSum } from "./boxSum.js";
import { createChain } from "./chain.js";
import { GROUPS } from "./coverGroups.js";
import { emissionTable, readEmissions } from "./emissions.js";
import {
  type GroupedModel,
  groupedClasses,
  groupNumbers,
  groupShares,
  kernelMoves,
  sumGroups,
} from "./groupedHmm.js";
import { groupMoves, type SeenMoves } from "./groupMoves.js";
import { type HmmKernel, hmmKernel } from "./hmmKernel.js";
import type { ClassSeries, ProbabilitySeries } from "./probabilitySeries.js";

/** How local rates of change are learned. */
export interface LocalOptions {
  /** Half the side of the window, pixels: 2 is 5 x 5. */
  readonly radius: number;
  /** Rounds of expectation and maximisation. */
  readonly rounds: number;
  /** Weight of the model's own rates, in pixels; that of the window by default. */
  readonly trust: number;
}

export const localDefaults: LocalOptions = Object.freeze({ radius: 2, rounds: 5, trust: 25 });

/** Rows beside a block that its classes depend on. */
export function localMargin({ radius, rounds }: LocalOptions): number {
  return radius * rounds;
}

const SIZE = GROUPS.length;
const CELLS = SIZE * SIZE;

/**
 * Added and subtracted, it leaves a multiple of 2^-23. Running sums of such numbers are exact, so that
 * the classes of a block do not depend on where it begins.
 */
const COARSE = 2 ** 29;

/**
 * Moves between groups around every pixel and pair of years. Real change comes in patches and error in
 * scattered pixels, so the moves that the grouped model expects in a small window, beside those of its
 * own rates, become the transitions of the pixel in its middle (Baum-Welch with a Dirichlet prior,
 * window by window). It needs no date of an event: where a storm has felled a stand, leaving the forest
 * becomes likely there and then.
 *
 * @param kernel compiled code, null for this script; the bytes are the same
 */
export function localMoves(
  series: ProbabilitySeries,
  model: GroupedModel,
  options: Partial<LocalOptions> = {},
  kernel = hmmKernel(series.classes),
): SeenMoves {
  const { radius, rounds, trust } = { ...localDefaults, ...options };
  const { width, height } = series;
  const bands = model.events.length * CELLS;
  const groups = groupSeries(series, model);
  let seen: SeenMoves | null = null;
  for (let round = 0; round < rounds; round++) {
    const expected = expectedMoves(groups, model, seen, kernel);
    seen = { counts: boxSum(expected, width, height, radius, bands), trust };
  }
  return seen!;
}

/** Classes by the grouped hidden Markov model with the {@link localMoves} of every place. */
export function localClasses(
  series: ProbabilitySeries,
  model: GroupedModel,
  options: Partial<LocalOptions> = {},
  kernel = hmmKernel(series.classes),
): ClassSeries {
  return groupedClasses(series, model, localMoves(series, model, options, kernel), kernel);
}

/** Emissions of the groups, [pixel][year][group]; NaN in the first where some year has no data. */
function groupSeries(
  { classes, years, percent, width, height }: ProbabilitySeries,
  model: GroupedModel,
): Float64Array {
  const pixels = width * height;
  const group = groupNumbers(model.legend);
  const table = emissionTable(model.prior);
  const emission = new Float64Array(years.length * classes);
  const size = years.length * SIZE;
  const own = new Float64Array(size);
  const out = new Float64Array(pixels * size);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let complete = true;
    for (let y = 0; y < years.length; y++) {
      const at = y * classes;
      const data = readEmissions(table, percent[y]!, pixel, pixels, classes, emission, at);
      complete &&= data;
    }
    sumGroups(emission, group, years.length, own);
    if (!complete) own[0] = Number.NaN;
    out.set(own, pixel * size);
  }
  return out;
}

/** Expected moves of every pixel [pixel][pair][from x to] under its transitions. */
function expectedMoves(
  groups: Float64Array,
  model: GroupedModel,
  seen: SeenMoves | null,
  kernel: HmmKernel | null,
): Float32Array {
  const pairs = model.events.length;
  const chain = createChain(SIZE, pairs + 1);
  const size = chain.emission.length;
  const pixels = groups.length / size;
  const start = groupShares(model.start, groupNumbers(model.legend));
  const joint = new Float64Array(CELLS);
  const out = new Float32Array(pixels * pairs * CELLS);
  if (kernel !== null) {
    kernel.expectedMoves(groups, pairs + 1, kernelMoves(model, seen), out);
    return out;
  }
  const moves = groupMoves(model, seen);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += size) {
    if (Number.isNaN(groups[at]!)) continue;
    for (let i = 0; i < size; i++) chain.emission[i] = groups[at + i]!;
    const transitions = moves(pixel);
    chain.run(start, transitions);
    for (let y = 0; y < pairs; y++) {
      chain.joint(y, transitions[y]!, joint);
      const first = (pixel * pairs + y) * CELLS;
      for (let cell = 0; cell < CELLS; cell++) out[first + cell] = joint[cell]! + COARSE - COARSE;
    }
  }
  return out;
}
