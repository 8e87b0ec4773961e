import { DataError } from "../errors.js";
import type { LabelMap } from "../labels/sourceClass.js";
import { openWorkers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { createRandom } from "../random.js";
import { pixelCount } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { writeCsv } from "../table/csv.js";
import { BlockSet, type Blocks } from "./blocks.js";
import { cleanYear } from "./cleanYear.js";
import { erodedPool } from "./erosion.js";
import type { CleanedCode } from "./judgeCode.js";
import { usableSources } from "./labelColumns.js";
import { polygons } from "./polygons.js";
import { spreadOverPolygons } from "./poolSpread.js";
import { classQuota, fewestSamples } from "./quota.js";
import { type CleaningCube, ruleValues } from "./ruleValues.js";
import { writeSamples } from "./sampleFile.js";
import { emptyTable, joinTables, type SampleTable } from "./sampleTable.js";

/** What became of one code of the label source in one year. */
export interface CleaningRow {
  readonly year: number;
  readonly code: number;
  readonly name: string;
  readonly className: string;
  /** Strip taken off the code's borders, metres. */
  readonly strip: number;
  /** Eroded pixels in training blocks. */
  readonly pixelsIn: number;
  /** Of these, dropped by the change screen. */
  readonly screened: number;
  readonly kept: number;
  readonly clusters: number;
  readonly keptClusters: number;
  /** Mean vote share of the own class in each cluster, 0-1. */
  readonly shares: readonly number[];
  readonly silhouette: number;
  /** Polygons with a pixel in the pool, and those of them without a sample. */
  readonly polygons: number;
  readonly emptyPolygons: number;
  /** Whether the class was starved and voted again with its neighbours. */
  readonly fallback: boolean;
}

/** Outcome of {@link selectReliable}. */
export interface ReliableReport {
  readonly samples: SampleTable;
  /** A row a year and code that occurs in the label source. */
  readonly rows: readonly CleaningRow[];
  /** Year without change screen: that of the labels or the nearest one of the study. */
  readonly labelYear: number;
  /** Classes of the legend with too few samples to be learnt in a year. */
  readonly absent: readonly {
    readonly year: number;
    readonly name: string;
    readonly kept: number;
  }[];
}

/**
 * Finds the pixels at which the label source can be believed, for every year, in the training
 * blocks: erosion, change screen against the label year, K-means under each code, votes, class
 * rules. Writes samples/reliable.parquet and tables/cleaning.csv.
 *
 * @throws DataError when no usable class has a pixel in the training blocks
 */
export async function selectReliable(
  study: Study,
  cube: CleaningCube,
  labels: LabelMap,
  blocks: Blocks,
  options: { readonly onProgress?: OnProgress } = {},
): Promise<ReliableReport> {
  const { grid, legend, years, parameters, workers, folder, manifest } = study;
  const within = Uint8Array.from(blocks.set, (set) => (set === BlockSet.train ? 1 : 0));
  const trainPixels = within.reduce((sum, one) => sum + one, 0);
  const pool = erodedPool(labels, legend, grid, classQuota(study, trainPixels), within);
  const { polygon } = polygons(labels.codes, grid);
  const random = createRandom(study.seed).split("reliable");
  const occurring = new Set(labels.codes);
  const sources = usableSources(labels, legend).filter(({ code }) => occurring.has(code));
  const pixels = sources.map(({ code }) => {
    const own: number[] = [];
    for (let i = 0; i < pool.inside.length; i++) {
      if (pool.inside[i] === 1 && labels.codes[i] === code) own.push(i);
    }
    return spreadOverPolygons(Uint32Array.from(own), polygon, random.split(`pool ${code}`));
  });
  if (pixels.every((own) => own.length === 0)) {
    throw new DataError("label source", "has no pixel of a usable class in the training blocks");
  }

  const labelYear = nearestYear(years, manifest.labels.year);
  const order = [labelYear, ...years.filter((year) => year !== labelYear)];
  const cleaned = new Map<number, CleanedCode[]>();
  let before: { features: Float32Array; kept: Uint8Array } | null = null;
  const cleaners = openWorkers({ module: new URL("./cleaningTasks.js", import.meta.url), workers });
  try {
    for (const [done, year] of order.entries()) {
      options.onProgress?.(done, order.length, `cleaning ${year}`);
      const features = await cube.year(year).readFeatures();
      // Percentiles may stand where the series is missing, such as on one side of an event.
      const validCount = await cube.year(year).readValidCount();
      const codes = await cleanYear({
        grid,
        legend,
        sources,
        pixels: pixels.map((own) => own.filter((pixel) => validCount[pixel]! > 0)),
        features,
        featureCount: cube.features.length,
        before,
        ruleValues: await ruleValues(cube, year, features),
        clusters: parameters.clusters,
        workers: cleaners,
        random: random.split(year),
      });
      cleaned.set(year, codes);
      before ??= { features, kept: keptMask(codes, pixelCount(grid)) };
    }
  } finally {
    cleaners.close();
  }
  options.onProgress?.(order.length, order.length, "cleaned");

  const samples = joinTables(
    years.flatMap((year) => cleaned.get(year)!.map((code) => tableOfCode(code, year, blocks))),
  );
  const rows = years.flatMap((year) =>
    cleaned.get(year)!.map((code, s): CleaningRow => {
      const offered = new Set(Array.from(pixels[s]!, (pixel) => polygon[pixel]!));
      const used = new Set(Array.from(code.pixels, (pixel) => polygon[pixel]!));
      return {
        year,
        code: code.source.code,
        name: code.source.name,
        className: legend[code.source.column]!.name,
        strip: pool.strip[code.source.column]!,
        pixelsIn: code.offered,
        screened: code.screened,
        kept: code.pixels.length,
        clusters: code.clusters.length,
        keptClusters: code.clusters.filter((cluster) => cluster.kept).length,
        shares: code.clusters.map((cluster) => cluster.share),
        silhouette: code.silhouette,
        polygons: offered.size,
        emptyPolygons: offered.size - used.size,
        fallback: code.fallback,
      };
    }),
  );
  const absent = years.flatMap((year) =>
    legend.flatMap(({ name }, column) => {
      const kept = cleaned
        .get(year)!
        .filter((code) => code.source.column === column)
        .reduce((sum, code) => sum + code.pixels.length, 0);
      return kept < fewestSamples ? [{ year, name, kept }] : [];
    }),
  );
  await writeSamples(folder.samples("reliable.parquet"), samples, grid);
  await writeCleaning(folder.table("cleaning.csv"), rows);
  return { samples, rows, labelYear, absent };
}

/** The study's year nearest to the label source's, the earlier one of two. */
export function nearestYear(years: readonly number[], labelYear: number): number {
  return years.reduce((best, year) =>
    Math.abs(year - labelYear) < Math.abs(best - labelYear) ? year : best,
  );
}

function keptMask(codes: readonly CleanedCode[], pixels: number): Uint8Array {
  const mask = new Uint8Array(pixels);
  for (const code of codes) for (const pixel of code.pixels) mask[pixel] = 1;
  return mask;
}

function tableOfCode(code: CleanedCode, year: number, blocks: Blocks): SampleTable {
  const table = emptyTable(code.pixels.length);
  table.pixel.set(code.pixels);
  table.year.fill(year);
  table.label.fill(code.source.classId);
  table.source.fill(code.source.code);
  table.confidence.set(code.share);
  table.block.set(code.pixels.map((pixel) => blocks.block[pixel]!));
  return table;
}

async function writeCleaning(path: string, rows: readonly CleaningRow[]): Promise<void> {
  await writeCsv(
    path,
    [
      "year",
      "code",
      "name",
      "class",
      "strip_m",
      "pixels_in",
      "screened",
      "kept",
      "clusters",
      "kept_clusters",
      "shares",
      "silhouette",
      "polygons",
      "empty_polygons",
      "fallback",
    ],
    rows.map((row) => ({
      year: row.year,
      code: row.code,
      name: row.name,
      class: row.className,
      strip_m: row.strip,
      pixels_in: row.pixelsIn,
      screened: row.screened,
      kept: row.kept,
      clusters: row.clusters,
      kept_clusters: row.keptClusters,
      shares: row.shares.map((share) => share.toFixed(2)).join(" "),
      silhouette: Number.isNaN(row.silhouette) ? null : row.silhouette,
      polygons: row.polygons,
      empty_polygons: row.emptyPolygons,
      fallback: row.fallback,
    })),
  );
}
