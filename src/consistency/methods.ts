import type { Legend } from "../manifest/manifest.js";
import { bayesianDefaults, bayesianSmoothing } from "./bayesianSmoothing.js";
import { bilateralDefaults, bilateralSmoothing } from "./bilateralSmoothing.js";
import { type Cover, coverOf } from "./coverGroups.js";
import { defaultRates, type GroupedModel, groupedClasses } from "./groupedHmm.js";
import { type ClassModel, hmmClasses, viterbiClasses } from "./hmm.js";
import { type LocalOptions, localDefaults, localMargin, localMoves } from "./localHmm.js";
import { filterPatches } from "./patchFilter.js";
import { distanceClasses } from "./probabilityDistance.js";
import { type ClassSeries, type ProbabilitySeries, yearlyArgmax } from "./probabilitySeries.js";
import { smallChangeMargin, withoutSmallChanges } from "./smallChanges.js";
import {
  applyRules,
  fillGaps,
  firstYearRule,
  frequencyRule,
  lastYearRule,
  middleRule,
} from "./temporalRules.js";
import { classTransitions } from "./transitions.js";

/** What a method knows of a study beside the probabilities. */
export interface SeriesModel {
  readonly legend: Legend;
  /** Share of every class in the training samples. */
  readonly prior: Float64Array;
  /** Share of every class in the map of the first year. */
  readonly start: Float64Array;
  /** For every pair of years 1 [pixel] where a stated event lies between them; null where none does. */
  readonly events: readonly (Uint8Array | null)[];
}

/** The same with what is learned from the probabilities of the whole region. */
export interface RegionModel extends SeriesModel {
  /** Class transitions fitted to the series, for every pair of years. */
  readonly fitted: readonly Float64Array[];
  /** Transitions of the groups fitted to the series, for every pair of years. */
  readonly fittedMoves: readonly Float64Array[];
}

/** A way to make yearly maps consistent. */
export interface ConsistencyMethod {
  /** Folder below `maps/` and name in tables. */
  readonly name: string;
  /** What it does, for readers of a report. */
  readonly title: string;
  /** Reads the multi-year network, or the mean of the networks of all stable sites. */
  readonly source: "network" | "mean";
  /** Pixels around a block that its classes depend on. */
  readonly margin: number;
  readonly apply: (series: ProbabilitySeries, model: RegionModel) => ClassSeries;
}

/** The method that a study recommends. */
export const DEFAULT_METHOD = "local-hmm";

/** Probability of a change of class a year in the plain model. */
export const defaultChange = 0.03;

/** The grouped model at its default rates. */
export function groupedModel(model: SeriesModel, rates = defaultRates): GroupedModel {
  const { legend, prior, start, events } = model;
  return { legend, prior, start, events, rates };
}

/** The same model without its events. */
export function withoutEvents(model: SeriesModel): SeriesModel {
  return { ...model, events: model.events.map(() => null) };
}

/** The grouped model with the transitions that were fitted to the series; it knows no date. */
export function fittedModel(model: RegionModel): GroupedModel {
  return { ...groupedModel(withoutEvents(model)), fittedMoves: model.fittedMoves };
}

/**
 * The recommended method: the grouped model with fitted transitions for every pair of years, learned
 * further place by place, changes of a few pixels undone.
 *
 * @returns also the moves of every place, from which the model explains itself
 */
export function recommendedClasses(
  series: ProbabilitySeries,
  model: RegionModel,
  options: Partial<LocalOptions> = {},
) {
  const grouped = fittedModel(model);
  const seen = localMoves(series, grouped, options);
  const { width, height } = series;
  const classes = withoutSmallChanges(groupedClasses(series, grouped, seen), width, height);
  return { classes, model: grouped, seen };
}

/** Pixels around a pixel that {@link recommendedClasses} looks at. */
export const recommendedMargin = localMargin(localDefaults) + smallChangeMargin;

/** The plain model over all classes. */
export function classModel(model: SeriesModel, change = defaultChange): ClassModel {
  const matrix = classTransitions(model.legend, change);
  const start = model.start.map((share) => Math.max(share, 1e-6));
  return { prior: model.prior, start, transitions: model.events.map(() => matrix) };
}

const USED: readonly (Cover | null)[] = ["crops", "artificial", "mineral"];

function ruleClasses(legend: Legend) {
  const all = legend.map((_, k) => k + 1);
  const used = new Set(all.filter((k) => USED.includes(coverOf(legend[k - 1]!.name))));
  return { all, set: new Set(all), used, natural: new Set(all.filter((k) => !used.has(k))) };
}

function endRules(legend: Legend) {
  const { all, set } = ruleClasses(legend);
  return [fillGaps, firstYearRule(set), lastYearRule(set), middleRule(all)];
}

const method = (
  name: string,
  title: string,
  apply: ConsistencyMethod["apply"],
  rest: Partial<Pick<ConsistencyMethod, "source" | "margin">> = {},
): ConsistencyMethod => ({ name, title, source: "network", margin: 0, apply, ...rest });

/** All methods of a study with two years or more, the default first. */
export const consistencyMethods: readonly ConsistencyMethod[] = Object.freeze([
  method(
    DEFAULT_METHOD,
    "grouped hidden Markov model, rates of change fitted to the series for every pair of years and then place by place, no date; changes of at most 3 pixels undone",
    (s, m) => recommendedClasses(s, m).classes,
    { margin: recommendedMargin },
  ),
  method("grouped-hmm", "grouped hidden Markov model with the dates of stated events", (s, m) =>
    groupedClasses(s, groupedModel(m)),
  ),
  method("grouped-hmm-undated", "grouped hidden Markov model that knows no date", (s, m) =>
    groupedClasses(s, groupedModel(withoutEvents(m))),
  ),
  method(
    "grouped-hmm-fitted",
    "the same with rates fitted to the series for every pair of years, the same everywhere; changes of at most 3 pixels undone",
    (s, m) => withoutSmallChanges(groupedClasses(s, fittedModel(m)), s.width, s.height),
    { margin: smallChangeMargin },
  ),
  method("hmm", "plain hidden Markov model, posterior of every year", (s, m) =>
    hmmClasses(s, classModel(m)),
  ),
  method("hmm-viterbi", "plain hidden Markov model, most probable path", (s, m) =>
    viterbiClasses(s, classModel(m)),
  ),
  method("hmm-fitted", "plain hidden Markov model with transitions fitted to the series", (s, m) =>
    hmmClasses(s, { ...classModel(m), transitions: m.fitted }),
  ),
  method("distance", "a change needs a distance of 1.0 between probabilities", (s) =>
    distanceClasses(s),
  ),
  method("filter-middle", "rule filter X, Y, X", (s, { legend }) =>
    applyRules(yearlyArgmax(s), [fillGaps, middleRule(ruleClasses(legend).all)]),
  ),
  method("filter-ends", "rule filter X, Y, X and of the first and the last year", (s, { legend }) =>
    applyRules(yearlyArgmax(s), endRules(legend)),
  ),
  method(
    "filter-all",
    "the whole chain of rule filters: years, frequency, patches",
    (s, { legend }) => {
      const { natural, used } = ruleClasses(legend);
      const rules = [...endRules(legend), frequencyRule(natural, used)];
      return applyRules(yearlyArgmax(s), rules).map((map) => filterPatches(map, s.width, s.height));
    },
    // Patches of 3 pixels and the window around them.
    { margin: 4 },
  ),
  method("network-mean", "mean of the networks of all stable sites", yearlyArgmax, {
    source: "mean",
  }),
  method(
    "grouped-hmm-mean",
    "grouped hidden Markov model with dates on the mean of the networks",
    (s, m) => groupedClasses(s, groupedModel(m)),
    { source: "mean" },
  ),
  method(
    "smooth-bayesian",
    "smoothing in space only, Bayesian",
    (s) => yearlyArgmax(bayesianSmoothing(s)),
    { margin: bayesianDefaults.radius },
  ),
  method(
    "smooth-bilateral",
    "smoothing in space only, bilateral",
    (s) => yearlyArgmax(bilateralSmoothing(s)),
    { margin: bilateralDefaults.radius },
  ),
]);
