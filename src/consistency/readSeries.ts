import { FileError } from "../errors.js";
import { NO_PROBABILITY } from "../maps/yearMaps.js";
import { sharedBytes } from "../parallel/shared.js";
import { sameGrid } from "../raster/grid.js";
import { openRaster, type Window } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import { type ProbabilitySeries, probabilitySeries } from "./probabilitySeries.js";

/** Rows that are read at once: a whole number of tiles of the probability files. */
export const BLOCK_ROWS = 512;

type Source = Pick<Study, "folder" | "grid" | "legend" | "years">;

/**
 * Probabilities of a model's maps over the study's years, in a window of the grid; in memory that
 * threads share.
 *
 * @throws FileError when a file is missing, on another grid or has other classes
 */
export async function readSeries(
  study: Source,
  model: string,
  window: Window = [0, 0, study.grid.width, study.grid.height],
): Promise<ProbabilitySeries> {
  const { grid, legend, years } = study;
  const [left, top, right, bottom] = window;
  const pixels = (right - left) * (bottom - top);
  const percent: Uint8Array[] = [];
  for (const year of years) {
    const path = study.folder.map(model, `${year}-probability.tif`);
    const file = await openRaster(path);
    try {
      if (!sameGrid(file.grid, grid)) throw new FileError(path, "is not on the study's grid");
      if (file.bandNames.length !== legend.length) {
        const problem = `${file.bandNames.length} bands, expected ${legend.length}`;
        throw new FileError(path, problem);
      }
      const { bands } = await file.read({ window });
      const values = sharedBytes(pixels * legend.length);
      bands.forEach((band, k) => {
        for (let i = 0; i < pixels; i++) {
          const p = band[i]!;
          values[k * pixels + i] = p === NO_PROBABILITY ? 0 : p;
        }
      });
      percent.push(values);
    } finally {
      file.close();
    }
  }
  const [width, height] = [right - left, bottom - top];
  return probabilitySeries({ years, classes: legend.length, width, height, percent });
}

/**
 * Probabilities of some pixels only, as a series of one row; the files are read a few rows at a time.
 *
 * @param wanted pixel indices of the grid, ascending
 */
export async function readPixels(
  study: Source,
  model: string,
  wanted: Uint32Array,
): Promise<ProbabilitySeries> {
  const { grid, legend, years } = study;
  const classes = legend.length;
  const count = wanted.length;
  const percent = years.map(() => sharedBytes(classes * count));
  let first = 0;
  for (let top = 0; top < grid.height && first < count; top += BLOCK_ROWS) {
    const bottom = Math.min(grid.height, top + BLOCK_ROWS);
    let end = first;
    while (end < count && wanted[end]! < bottom * grid.width) end++;
    if (end === first) continue;
    const block = await readSeries(study, model, [0, top, grid.width, bottom]);
    const pixels = block.width * block.height;
    block.percent.forEach((values, y) => {
      for (let k = 0; k < classes; k++) {
        const at = k * pixels - top * grid.width;
        for (let i = first; i < end; i++) percent[y]![k * count + i] = values[at + wanted[i]!]!;
      }
    });
    first = end;
  }
  return probabilitySeries({ years, classes, width: count, height: 1, percent });
}
