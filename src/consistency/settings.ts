import { groupedClasses } from "./groupedHmm.js";
import { hmmClasses } from "./hmm.js";
import { localDefaults } from "./localHmm.js";
import {
  classModel,
  DEFAULT_METHOD,
  groupedModel,
  type RegionModel,
  recommendedClasses,
  recommendedMargin,
  withoutEvents,
} from "./methods.js";
import { distanceClasses } from "./probabilityDistance.js";
import type { ClassSeries, ProbabilitySeries } from "./probabilitySeries.js";

/** A family of methods that differ in one number. */
export interface MethodFamily {
  readonly name: string;
  /** What the number is. */
  readonly parameter: string;
  readonly settings: readonly number[];
  /** Setting of the method of this name in tables. */
  readonly standard: number;
  /** Pixels around a pixel that its classes depend on. */
  readonly margin: number;
  readonly apply: (series: ProbabilitySeries, model: RegionModel, setting: number) => ClassSeries;
}

const RATES = [0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5] as const;
const grouped = (change: number, event: number) => ({ group: change, class: change, event });

/**
 * Families over which agreement is plotted against change recall. Their standard settings come from
 * the method and from no score.
 */
export const methodFamilies: readonly MethodFamily[] = Object.freeze([
  {
    name: DEFAULT_METHOD,
    parameter: "weight of the region's rates, pixels",
    settings: [5, 25, 100, 400],
    standard: localDefaults.trust,
    margin: recommendedMargin,
    apply: (s, m, trust) => recommendedClasses(s, m, { trust }).classes,
  },
  {
    name: "grouped-hmm",
    parameter: "yearly change",
    settings: RATES,
    standard: 0.03,
    margin: 0,
    apply: (s, m, change) => groupedClasses(s, groupedModel(m, grouped(change, 0.7))),
  },
  {
    name: "grouped-hmm, event",
    parameter: "forest loss in the event",
    settings: [0.03, 0.2, 0.5, 0.7, 0.85, 0.95],
    standard: 0.7,
    margin: 0,
    apply: (s, m, event) => groupedClasses(s, groupedModel(m, grouped(0.03, event))),
  },
  {
    name: "grouped-hmm-undated",
    parameter: "yearly change",
    settings: RATES,
    standard: 0.03,
    margin: 0,
    apply: (s, m, change) =>
      groupedClasses(s, groupedModel(withoutEvents(m), grouped(change, change))),
  },
  {
    name: "hmm",
    parameter: "yearly change",
    settings: [0, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.8, 0.95],
    standard: 0.03,
    margin: 0,
    apply: (s, m, change) => hmmClasses(s, classModel(m, change)),
  },
  {
    name: "distance",
    parameter: "least distance",
    settings: [0, 0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4],
    standard: 1,
    margin: 0,
    apply: (s, _, threshold) => distanceClasses(s, threshold),
  },
]);
