import type { TaskFunction } from "../parallel/tasks.js";
import { type GroupedPixel, groupedHmm } from "./groupedHmm.js";
import {
  consistencyMethods,
  DEFAULT_METHOD,
  type RegionModel,
  recommendedClasses,
} from "./methods.js";
import { observedYears } from "./observedYears.js";
import { type ProbabilitySeries, seriesRows } from "./probabilitySeries.js";

/** Some rows of the grid and a method by its name. */
export interface ConsistencyTask {
  readonly method: string;
  readonly row0: number;
  readonly row1: number;
  /** Probabilities that the method reads, of these rows and of as many around them as it looks at. */
  readonly series: ProbabilitySeries;
  /** Row of the grid with which the series begins. */
  readonly top: number;
}

export interface ConsistencyContext {
  readonly model: RegionModel;
}

/** Maps of the task's rows. */
export interface ConsistentRows {
  /** Class ids of every year. */
  readonly ids: readonly Uint8Array[];
  /** Of the default method: 0-100, 255 no data. */
  readonly confidence: readonly Uint8Array[] | null;
  /** Of the default method, for every pair of years: probability of the mapped change, 0-100. */
  readonly change: readonly Uint8Array[] | null;
}

/** Applies a method to some rows. */
export const consistencyTask: TaskFunction<ConsistencyTask, ConsistentRows, ConsistencyContext> = (
  { method: name, row0, row1, series: block, top },
  { context },
) => {
  const method = consistencyMethods.find((one) => one.name === name)!;
  const { width, height } = block;
  const first = Math.max(0, row0 - top - method.margin);
  const last = Math.min(height, row1 - top + method.margin);
  const series = seriesRows(block, first, last);
  const events = context.model.events.map(
    (mask) => mask?.subarray((top + first) * width, (top + last) * width) ?? null,
  );
  const model = { ...context.model, events };
  const { classes, confidence, change } =
    name === DEFAULT_METHOD
      ? defaultMaps(series, model)
      : { classes: method.apply(series, model), confidence: null, change: null };
  const observed = observedYears(classes, series);
  const from = (row0 - top - first) * width;
  const to = (row1 - top - first) * width;
  const ids = Uint8Array.of(0, ...model.legend.map(({ id }) => id));
  return {
    ids: observed.map((year) => year.subarray(from, to).map((k) => ids[k]!)),
    confidence: confidence?.map((year) => year.slice(from, to)) ?? null,
    change: change?.map((pair) => pair.slice(from, to)) ?? null,
  };
};

/**
 * Classes by the default method, the lead of each over the best other one, and the probability of
 * each mapped change; 255 where a year, or one of the two, was not observed.
 */
function defaultMaps(series: ProbabilitySeries, region: RegionModel) {
  const pixels = series.width * series.height;
  const { classes: count, years } = series;
  const { classes, model, seen } = recommendedClasses(series, region);
  const observed = observedYears(classes, series);
  const confidence = years.map(() => new Uint8Array(pixels).fill(255));
  const change = years.slice(1).map(() => new Uint8Array(pixels).fill(255));
  const visit = (pixel: number, found: GroupedPixel) => {
    for (let y = 0; y < years.length; y++) {
      const mapped = observed[y]![pixel]! - 1;
      if (mapped < 0) continue;
      let other = 0;
      for (let k = 0; k < count; k++) {
        if (k !== mapped) other = Math.max(other, found.posterior[y * count + k]!);
      }
      const lead = found.posterior[y * count + mapped]! - other;
      confidence[y]![pixel] = Math.round(100 * Math.max(0, lead));
    }
    for (let y = 0; y < change.length; y++) {
      const [from, to] = [observed[y]![pixel]!, observed[y + 1]![pixel]!];
      if (from === 0 || to === 0) continue;
      change[y]![pixel] = from === to ? 0 : Math.round(100 * found.change[y]!);
    }
  };
  groupedHmm(series, model, visit, { seen });
  return { classes, confidence, change };
}
