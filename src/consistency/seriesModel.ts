import { eventPatterns } from "../cube/eventPatterns.js";
import type { Legend } from "../manifest/manifest.js";
import { inSharedMemory } from "../parallel/shared.js";
import { pixelCount } from "../raster/grid.js";
import { openRaster, type Window } from "../raster/readRaster.js";
import { balancedClassWeights, classCounts } from "../samples/classWeights.js";
import { readSamples } from "../samples/sampleFile.js";
import type { Study } from "../study/study.js";
import { fitGroupMoves } from "./fitGroupMoves.js";
import { fitTransitions } from "./fitTransitions.js";
import { classModel, groupedModel, type RegionModel, type SeriesModel } from "./methods.js";
import { BLOCK_ROWS, readPixels } from "./readSeries.js";

/** The network whose maps are made consistent. */
export const SOURCE_NETWORK = "multi-year";

/** The networks of stable sites, whose mean is a method of its own. */
export const MEAN_NETWORKS: readonly string[] = [
  SOURCE_NETWORK,
  "single-year-share",
  "single-year-total",
];

/**
 * Reads what the methods know of a study: class shares of the training samples, of the first map, and
 * where and when the manifest's events lie. No reference enters.
 */
export async function readSeriesModel(study: Study): Promise<SeriesModel> {
  return seriesModel(study, await countMap(study, SOURCE_NETWORK, study.years[0]!));
}

/**
 * The same for a study without maps.
 *
 * @param first pixels of every class id in the first year
 */
export async function seriesModel(study: Study, first: Uint32Array): Promise<SeriesModel> {
  const { legend } = study;
  const samples = await readSamples(study.folder.samples(`train-${SOURCE_NETWORK}.parquet`));
  return {
    legend,
    prior: trainingPrior(samples.label, legend),
    start: areaShares(first, legend),
    events: await eventMasks(study),
  };
}

/** Ids that a legend may have. */
export const IDS = 256;

/** Pixels that transitions are fitted to: every n-th of the region, so that about this many remain. */
const FITTED_PIXELS = 20_000;

/** Learns from the probabilities of the whole region what the methods need beside a {@link SeriesModel}. */
export async function readRegionModel(study: Study): Promise<RegionModel> {
  const model = await readSeriesModel(study);
  const pixels = pixelCount(study.grid);
  const step = Math.max(1, Math.floor(pixels / FITTED_PIXELS));
  const sample = Uint32Array.from({ length: Math.ceil(pixels / step) }, (_, n) => n * step);
  const series = await readPixels(study, SOURCE_NETWORK, sample);
  return {
    ...model,
    fitted: fitTransitions(series, classModel(model)).transitions,
    fittedMoves: fitGroupMoves(series, groupedModel(model)),
  };
}

/**
 * Share of every class among training labels as the network's loss weighs them. A class without a
 * sample has prior 1: a network gives it no more than noise, which must not be divided by next to
 * nothing.
 */
export function trainingPrior(labels: Uint8Array, legend: Legend): Float64Array {
  const byId = classCounts(labels, IDS);
  const counts = legend.map(({ id }) => byId[id]!);
  const weighted = balancedClassWeights(counts).map((weight, k) => weight * counts[k]!);
  const sum = weighted.reduce((total, value) => total + value, 0);
  return weighted.map((value) => (value === 0 ? 1 : value / sum));
}

/** Pixels of every class id in a map, read a few rows at a time. */
async function countMap({ folder, grid }: Study, model: string, year: number) {
  const counts = new Uint32Array(IDS);
  const file = await openRaster(folder.map(model, `${year}.tif`));
  try {
    for (let top = 0; top < grid.height; top += BLOCK_ROWS) {
      const window: Window = [0, top, grid.width, Math.min(grid.height, top + BLOCK_ROWS)];
      const [ids] = (await file.read({ window })).bands;
      for (const id of ids!) counts[id]!++;
    }
  } finally {
    file.close();
  }
  return counts;
}

/** Share of every class in an area, with one pixel more of each, so that no class is impossible. */
export function areaShares(counts: Uint32Array, legend: Legend): Float64Array {
  const total = legend.reduce((sum, { id }) => sum + counts[id]! + 1, 0);
  return Float64Array.from(legend, ({ id }) => (counts[id]! + 1) / total);
}

/**
 * The pair of mapping years between whose summers an ISO date lies, as index of the first of the two,
 * or -1. Summer is 1 July, whatever day the mapping year starts.
 */
export function pairOfEvent(date: string, years: readonly number[]): number {
  const summer = (year: number) => `${year}-07-01`;
  return years.slice(1).findIndex((to, n) => date >= summer(years[n]!) && date < summer(to));
}

/** For every pair of years 1 [pixel] where an event lies between them, or null. */
async function eventMasks({ manifest, years, grid }: Study): Promise<(Uint8Array | null)[]> {
  if (manifest.events.length === 0) return years.slice(1).map(() => null);
  const patterns = await eventPatterns(manifest.events, grid);
  return years.slice(1).map((_, pair) => {
    let bits = 0;
    manifest.events.forEach(({ date }, e) => {
      if (pairOfEvent(date, years) === pair) bits |= 1 << e;
    });
    if (bits === 0) return null;
    return inSharedMemory(patterns.map((pattern) => ((pattern & bits) === 0 ? 0 : 1)));
  });
}
