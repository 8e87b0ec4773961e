import { forestIds } from "../consistency/coverGroups.js";
import type { Legend } from "../manifest/manifest.js";
import { type SampleEstimate, scaled } from "../sampling/estimateOf.js";
import { type StrataSample, stratifiedRatio, stratifiedShare } from "../sampling/unequalStrata.js";

/** Class ids before and after, a value a pixel or a point. */
export type BeforeAfter = readonly [before: Uint8Array, after: Uint8Array];

/** An estimate by its name in tables. */
export interface NamedEstimate extends Omit<SampleEstimate, "error"> {
  readonly measure: string;
}

/** A function that tells whether forest is lost at a place: 1 or 0. */
export function forestLost(legend: Legend): (ids: BeforeAfter, place: number) => number {
  const isForest = forestIds(legend);
  return ([before, after], place) =>
    isForest[before[place]!] === 1 && after[place] !== 0 && isForest[after[place]!] === 0 ? 1 : 0;
}

/**
 * Estimates from sample points whose reference is known: `felled_ha`, user's and producer's accuracy
 * of mapped felling, and overall accuracy of both years.
 *
 * @param maps map classes of every point
 * @param reference its true classes
 * @param hectares area of all strata
 */
export function changeEstimates(
  legend: Legend,
  years: readonly [number, number],
  sample: StrataSample,
  maps: BeforeAfter,
  reference: BeforeAfter,
  hectares: number,
): NamedEstimate[] {
  const lost = forestLost(legend);
  const felled = (point: number) => lost(reference, point);
  const mapped = (point: number) => lost(maps, point);
  const both = (point: number) => felled(point) * mapped(point);
  const right = (year: 0 | 1) => (point: number) =>
    maps[year][point] === reference[year][point] ? 1 : 0;
  return [
    { measure: "felled_ha", ...scaled(stratifiedShare(sample, felled), hectares) },
    { measure: "user", ...stratifiedRatio(sample, both, mapped) },
    { measure: "producer", ...stratifiedRatio(sample, both, felled) },
    { measure: `overall ${years[0]}`, ...stratifiedShare(sample, right(0)) },
    { measure: `overall ${years[1]}`, ...stratifiedShare(sample, right(1)) },
  ];
}

/** Cells of a table row; what is not defined is empty. */
export function estimateCells({ measure, value, low, high }: NamedEstimate) {
  const known = (number: number) => (Number.isNaN(number) ? null : number);
  return { measure, value: known(value), low: known(low), high: known(high) };
}
