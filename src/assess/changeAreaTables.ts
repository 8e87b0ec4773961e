import { changeCodes } from "../change/changeCodes.js";
import { forestLoss } from "../change/forestLoss.js";
import { patchStatistics } from "../change/patchStatistics.js";
import { DEFAULT_METHOD } from "../consistency/methods.js";
import { pairOfEvent } from "../consistency/seriesModel.js";
import { eventPatterns } from "../cube/eventPatterns.js";
import { pixelHectares } from "../raster/grid.js";
import { openBlocks } from "../samples/blocks.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type ScoredPixels, scoredPixels } from "./blockCounts.js";
import { type BlockDraws, blockDraws, estimate } from "./bootstrap.js";
import {
  type ClassMeasure,
  type Confusion,
  confusionCounts,
  diagonalOf,
  type MatrixMeasure,
  matrixDistributions,
} from "./confusion.js";
import { mappedModels, readMaps, type YearMaps, yearPairs } from "./models.js";

/** Models whose change is tabulated. */
export const CHANGE_MODELS: readonly string[] = [
  DEFAULT_METHOD,
  "grouped-hmm",
  "multi-year",
  "single-year",
];

/** Minimum mapping unit of patch statistics, hectares. */
export const MAPPING_UNIT = 0.5;

const AREA_COLUMNS = ["model", "from", "to", "class", "measure", "value", "low", "high"];
const PATCH_COLUMNS = [
  "model",
  "from",
  "to",
  "class_from",
  "class_to",
  "patches",
  "area_ha",
  "median_ha",
  "largest_ha",
  "small_patches",
  "small_area_ha",
];
const STORM_COLUMNS = ["model", "event", "from", "to", "class_from", "where", "area_ha"];

/** Every pixel, whatever set its block belongs to: areas are those of the whole map. */
export const ALL_SETS: readonly number[] = [0, 1, 2, 255];

/**
 * Measures of a class in a transition matrix, pixels (Pontius et al. 2004): `before`, `after`, `gain`,
 * `loss`, `net` = gain - loss, `gross` = gain + loss, `swap` = 2 min(gain, loss).
 */
export const classChanges: Readonly<Record<string, ClassMeasure>> = Object.freeze({
  before: ({ rows }, k) => rows[k]!,
  after: ({ columns }, k) => columns[k]!,
  gain,
  loss,
  net: ({ rows, columns }, k) => columns[k]! - rows[k]!,
  gross: (matrix, k) => gain(matrix, k) + loss(matrix, k),
  swap: (matrix, k) => 2 * Math.min(gain(matrix, k), loss(matrix, k)),
});

function gain(matrix: Confusion, k: number): number {
  return matrix.columns[k]! - diagonalOf(matrix, k);
}

function loss(matrix: Confusion, k: number): number {
  return matrix.rows[k]! - diagonalOf(matrix, k);
}

/** Rows of tables/change-area.csv for one model, hectares. */
function areaRows(
  { legend, years, grid }: Study,
  model: string,
  maps: YearMaps,
  all: ScoredPixels,
  draws: BlockDraws,
): Row[] {
  const hectares = pixelHectares(grid);
  return yearPairs(years).flatMap(([from, to]) => {
    const counts = confusionCounts(all, legend, maps.get(from)!, maps.get(to)!);
    const wanted = legend.flatMap(({ name }, k) =>
      Object.entries(classChanges).map(([measure, of]) => ({
        name,
        measure,
        of: ((matrix) => hectares * of(matrix, k)) satisfies MatrixMeasure,
      })),
    );
    return matrixDistributions(
      counts,
      wanted.map(({ of }) => of),
      draws,
    ).map((distribution, n): Row => {
      const { name, measure } = wanted[n]!;
      return { model, from, to, class: name, measure, ...estimate(distribution) };
    });
  });
}

/** Rows of tables/patches.csv for one model. */
function patchRows({ legend, years, grid }: Study, model: string, maps: YearMaps): Row[] {
  const name = new Map(legend.map((entry) => [entry.id, entry.name]));
  const hectares = pixelHectares(grid);
  return yearPairs(years).flatMap(([from, to]) => {
    const codes = changeCodes(maps.get(from)!, maps.get(to)!);
    const unit = Math.max(1, Math.round(MAPPING_UNIT / hectares));
    return patchStatistics(codes, grid.width, grid.height, unit).map(
      (one): Row => ({
        model,
        from,
        to,
        class_from: name.get(one.from)!,
        class_to: name.get(one.to)!,
        patches: one.patches,
        area_ha: one.pixels * hectares,
        median_ha: one.median * hectares,
        largest_ha: one.largest * hectares,
        small_patches: one.smallPatches,
        small_area_ha: one.smallPixels * hectares,
      }),
    );
  });
}

/** Rows of tables/storm.csv for one model: forest lost in every pair of years, by event. */
async function stormRows(study: Study, model: string, maps: YearMaps): Promise<Row[]> {
  const { manifest, legend, years, grid } = study;
  const hectares = pixelHectares(grid);
  const name = new Map(legend.map((entry) => [entry.id, entry.name]));
  const patterns = await eventPatterns(manifest.events, grid);
  return manifest.events.flatMap((event, e) => {
    if (pairOfEvent(event.date, years) < 0) return [];
    const perimeter =
      event.area === undefined ? null : patterns.map((pattern) => (pattern >> e) & 1);
    return yearPairs(years).flatMap(([from, to]) =>
      forestLoss(legend, maps.get(from)!, maps.get(to)!, perimeter).flatMap((loss): Row[] => {
        const row = { model, event: event.name, from, to, class_from: name.get(loss.from)! };
        const inside = { ...row, where: perimeter === null ? "area" : "inside" };
        const rows: Row[] = [{ ...inside, area_ha: loss.inside * hectares }];
        if (perimeter !== null) {
          rows.push({ ...row, where: "outside", area_ha: loss.outside * hectares });
        }
        return rows;
      }),
    );
  });
}

/**
 * Writes what the maps say about change over the whole area, for the network's yearly maps and the
 * recommended ones: tables/change-area.csv (area, gain, loss, net, gross and swap of every class in
 * hectares with intervals over blocks), tables/patches.csv (patches of at least
 * {@link MAPPING_UNIT} ha and what lies below) and tables/storm.csv (forest lost by year, class and
 * event, inside and outside its perimeter). These are areas of maps, errors included; what the area
 * really is takes a sample of reference points. With one year nothing is written and the answer is
 * false.
 */
export async function writeChangeAreaTables(study: Study): Promise<boolean> {
  if (study.years.length < 2) return false;
  const all = scoredPixels(await openBlocks(study), ALL_SETS);
  const draws = blockDraws(all.blocks);
  const areas: Row[] = [];
  const patches: Row[] = [];
  const storm: Row[] = [];
  for (const model of mappedModels(study).filter((one) => CHANGE_MODELS.includes(one))) {
    const maps = await readMaps(study, model);
    areas.push(...areaRows(study, model, maps, all, draws));
    patches.push(...patchRows(study, model, maps));
    storm.push(...(await stormRows(study, model, maps)));
  }
  await writeCsv(study.folder.table("change-area.csv"), AREA_COLUMNS, areas);
  await writeCsv(study.folder.table("patches.csv"), PATCH_COLUMNS, patches);
  await writeCsv(study.folder.table("storm.csv"), STORM_COLUMNS, storm);
  return true;
}
