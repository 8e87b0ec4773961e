import type { TaskFunction } from "../parallel/tasks.js";
import type { Window } from "../raster/readRaster.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import { groupedClasses } from "./groupedHmm.js";
import { meanProbabilities } from "./meanProbabilities.js";
import { consistencyMethods, DEFAULT_METHOD, groupedModel, type SeriesModel } from "./methods.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { readSeries } from "./readSeries.js";
import { MEAN_NETWORKS, SOURCE_NETWORK } from "./seriesModel.js";

/** Some rows of the grid and a method by its name. */
export interface ConsistencyTask {
  readonly method: string;
  readonly row0: number;
  readonly row1: number;
}

export interface ConsistencyContext {
  readonly study: PlainStudy;
  readonly model: SeriesModel;
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

/** Applies a method to some rows, with as many rows around them as it looks at. */
export const consistencyTask: TaskFunction<
  ConsistencyTask,
  ConsistentRows,
  ConsistencyContext
> = async ({ method: name, row0, row1 }, { context }) => {
  const study = restoreStudy(context.study);
  const method = consistencyMethods.find((one) => one.name === name)!;
  const { width, height } = study.grid;
  const top = Math.max(0, row0 - method.margin);
  const bottom = Math.min(height, row1 + method.margin);
  const window: Window = [0, top, width, bottom];
  const series = await readSource(study, method.source, window);
  const events = context.model.events.map(
    (mask) => mask?.subarray(top * width, bottom * width) ?? null,
  );
  const model = { ...context.model, events };
  const first = (row0 - top) * width;
  const last = (row1 - top) * width;
  const ids = Uint8Array.of(0, ...study.legend.map(({ id }) => id));
  const { classes, confidence, change } =
    name === DEFAULT_METHOD
      ? defaultMaps(series, model)
      : { classes: method.apply(series, model), confidence: null, change: null };
  const cut = classes.map((year) => year.subarray(first, last).map((k) => ids[k]!));
  return { ids: cut, confidence, change };
};

async function readSource(
  study: Parameters<typeof readSeries>[0],
  source: "network" | "mean",
  window: Window,
): Promise<ProbabilitySeries> {
  if (source === "network") return readSeries(study, SOURCE_NETWORK, window);
  const members = [];
  for (const network of MEAN_NETWORKS) members.push(await readSeries(study, network, window));
  return meanProbabilities(members);
}

/**
 * Classes by the default method, the lead of each over the best other one, and the probability of
 * each mapped change.
 */
function defaultMaps(series: ProbabilitySeries, model: SeriesModel) {
  const pixels = series.width * series.height;
  const { classes: count, years } = series;
  const confidence = years.map(() => new Uint8Array(pixels).fill(255));
  const change = years.slice(1).map(() => new Uint8Array(pixels).fill(255));
  const classes = groupedClasses(series, groupedModel(model), undefined, (pixel, found) => {
    for (let y = 0; y < years.length; y++) {
      const mapped = found.classes[y]!;
      let other = 0;
      for (let k = 0; k < count; k++) {
        if (k !== mapped) other = Math.max(other, found.posterior[y * count + k]!);
      }
      const lead = found.posterior[y * count + mapped]! - other;
      confidence[y]![pixel] = Math.round(100 * Math.max(0, lead));
    }
    for (let y = 0; y < change.length; y++) {
      change[y]![pixel] = Math.round(100 * found.change[y]!);
    }
  });
  return { classes, confidence, change };
}
