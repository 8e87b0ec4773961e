import { percentile } from "../cube/percentile.js";
import { createRandom, type Random } from "../random.js";
import { type BlockCounts, blockAdder, sumBlocks } from "./blockCounts.js";

/** A score as a function of summed counts; NaN where it is not defined (class absent). */
export type Measure = (totals: Float64Array) => number;

/** How often each block is taken: one array of multiplicities a draw. */
export type BlockDraws = readonly Uint16Array[];

/** A score of the data and of every bootstrap draw. */
export interface Distribution {
  readonly value: number;
  readonly draws: Float64Array;
}

/** A score with its two-sided 95 % interval; null where not defined. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const DRAWS = 1000;

/**
 * Draws of blocks with replacement. The default stream is fixed, so that models, seeds and runs
 * over the same blocks are compared on the same draws.
 */
export function blockDraws(
  blocks: number,
  draws = DRAWS,
  random: Random = createRandom(1).split("block bootstrap"),
): BlockDraws {
  return Array.from({ length: draws }, () => {
    const times = new Uint16Array(blocks);
    for (let i = 0; i < blocks; i++) times[random.integer(blocks)]!++;
    return times;
  });
}

/** Values of the measures on all blocks and on every draw. */
export function distributions(
  counts: BlockCounts,
  measures: readonly Measure[],
  draws: BlockDraws,
): Distribution[] {
  return viewDistributions(counts, (totals) => totals, measures, draws);
}

/**
 * The same for measures that read summed counts through a view, such as a matrix with its margins,
 * which is made once a draw for all of them.
 *
 * @param view may return the same object every time
 */
export function viewDistributions<V>(
  counts: BlockCounts,
  view: (totals: Float64Array) => V,
  measures: readonly ((view: V) => number)[],
  draws: BlockDraws,
): Distribution[] {
  const all = view(sumBlocks(counts));
  const values = measures.map((measure) => ({
    value: measure(all),
    draws: new Float64Array(draws.length),
  }));
  const add = blockAdder(counts);
  draws.forEach((times, d) => {
    const drawn = view(add(times));
    for (let m = 0; m < measures.length; m++) values[m]!.draws[d] = measures[m]!(drawn);
  });
  return values;
}

/** Difference `a - b` draw by draw: the paired bootstrap where both come from the same draws. */
export function difference(a: Distribution, b: Distribution): Distribution {
  return { value: a.value - b.value, draws: a.draws.map((value, d) => value - b.draws[d]!) };
}

/** Mean of several distributions draw by draw, such as over years or over training seeds. */
export function meanOf(parts: readonly Distribution[]): Distribution {
  const draws = new Float64Array(parts[0]?.draws.length ?? 0);
  let value = 0;
  for (const part of parts) {
    value += part.value / parts.length;
    for (let d = 0; d < draws.length; d++) draws[d]! += part.draws[d]! / parts.length;
  }
  return { value: parts.length === 0 ? Number.NaN : value, draws };
}

/**
 * Percentile interval over the draws in which the score is defined. No interval is given when
 * that is less than half of them.
 *
 * @param level coverage of the two-sided interval, 0-1
 */
export function estimate({ value, draws }: Distribution, level = 0.95): Estimate {
  if (Number.isNaN(value)) return { value: null, low: null, high: null };
  const known = new Float64Array(draws.length);
  let count = 0;
  for (let d = 0; d < draws.length; d++) {
    const draw = draws[d]!;
    if (!Number.isNaN(draw)) known[count++] = draw;
  }
  if (count * 2 < draws.length || count === 0) return { value, low: null, high: null };
  const values = known.subarray(0, count);
  return {
    value,
    low: percentile(values, (1 - level) / 2),
    high: percentile(values, (1 + level) / 2),
  };
}
