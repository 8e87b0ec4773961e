import { DataError, FileError } from "../errors.js";
import { pixelCount, sameGrid } from "../raster/grid.js";
import { openCog } from "../raster/openCog.js";
import { readRaster } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import { labelMapDescription } from "./labelMap.js";

/** Value of probability and confidence files where there is no data. */
export const NO_PROBABILITY = 255;

/** A model's answer for one year, a value a pixel. */
export interface YearMap {
  /** Class ids, 0 no data. */
  readonly ids: Uint8Array;
  /** Probability of the first class minus that of the second, 0-100; 255 no data. */
  readonly confidence: Uint8Array;
}

/**
 * Most probable class and confidence of every pixel; among equal probabilities the first class of
 * the legend.
 *
 * @param probabilities [class][pixel], 0-100; all 0 where there is no data
 * @param classIds map value of every class
 */
export function mapFromProbabilities(
  probabilities: Uint8Array,
  classIds: readonly number[],
): YearMap {
  const classes = classIds.length;
  const pixels = probabilities.length / classes;
  const ids = new Uint8Array(pixels);
  const confidence = new Uint8Array(pixels).fill(NO_PROBABILITY);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let best = 0;
    let second = 0;
    let winner = -1;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[k * pixels + pixel]!;
      if (p > best) {
        second = best;
        best = p;
        winner = k;
      } else if (p > second) second = p;
    }
    if (winner < 0) continue;
    ids[pixel] = classIds[winner]!;
    confidence[pixel] = best - second;
  }
  return { ids, confidence };
}

/** The files of one model and year that take their rows from top to bottom. */
export interface YearMapsWriter {
  /**
   * Adds full rows.
   *
   * @param probabilities [class][pixel of the rows] in legend order, 0-100; all 0 where there is no data
   */
  append(probabilities: Uint8Array): Promise<void>;
  /** Puts the complete files in their place. */
  finish(): Promise<void>;
  /** Removes what lies beside the files' places. */
  discard(): Promise<void>;
}

/**
 * Opens maps/<model>/<year>.tif, <year>-probability.tif (a band a class) and <year>-confidence.tif
 * to be written row by row.
 */
export function openYearMaps(study: Study, model: string, year: number): YearMapsWriter {
  const { grid, legend } = study;
  const classIds = legend.map(({ id }) => id);
  const common = { grid, nodata: NO_PROBABILITY, overviews: "nearest" } as const;
  const probability = openCog(study.folder.map(model, `${year}-probability.tif`), {
    ...common,
    bandNames: legend.map(({ name }) => name),
  });
  const confidence = openCog(study.folder.map(model, `${year}-confidence.tif`), {
    ...common,
    bandNames: ["confidence"],
  });
  const label = openCog(study.folder.map(model, `${year}.tif`), labelMapDescription(study));
  const files = [probability, confidence, label];
  return {
    async append(probabilities) {
      const found = mapFromProbabilities(probabilities, classIds);
      const { ids } = found;
      const pixels = ids.length;
      const bands = legend.map((_, k) => {
        const band = probabilities.slice(k * pixels, (k + 1) * pixels);
        for (let i = 0; i < pixels; i++) if (ids[i] === 0) band[i] = NO_PROBABILITY;
        return band;
      });
      await probability.append(bands);
      await confidence.append([found.confidence]);
      await label.append([ids]);
    },
    async finish() {
      for (const file of files) await file.finish();
    },
    async discard() {
      for (const file of files) await file.discard();
    },
  };
}

/**
 * Writes the files of one model and year; see {@link openYearMaps}.
 *
 * @param probabilities [class][pixel] in legend order, 0-100; all 0 where there is no data
 */
export async function writeYearMaps(
  study: Study,
  model: string,
  year: number,
  probabilities: Uint8Array,
): Promise<void> {
  const { grid, legend } = study;
  const pixels = pixelCount(grid);
  if (probabilities.length !== pixels * legend.length) {
    throw new DataError(
      `probabilities of ${model} ${year}`,
      `${probabilities.length} values, expected ${legend.length} classes x ${pixels} pixels`,
    );
  }
  const files = openYearMaps(study, model, year);
  try {
    await files.append(probabilities);
    await files.finish();
  } finally {
    await files.discard();
  }
}

/** Probabilities [class][pixel] of a year's map, 0-100; all 0 where there is no data. */
export async function readProbabilities(
  study: Study,
  model: string,
  year: number,
): Promise<Uint8Array> {
  const file = study.folder.map(model, `${year}-probability.tif`);
  const { grid, bands } = await readRaster(file);
  if (!sameGrid(grid, study.grid)) throw new FileError(file, "is not on the study's grid");
  if (bands.length !== study.legend.length) {
    throw new FileError(file, `${bands.length} bands, expected ${study.legend.length}`);
  }
  const pixels = pixelCount(grid);
  const out = new Uint8Array(pixels * bands.length);
  bands.forEach((band, k) => {
    for (let i = 0; i < pixels; i++) {
      const p = band[i]!;
      out[k * pixels + i] = p === NO_PROBABILITY ? 0 : p;
    }
  });
  return out;
}
