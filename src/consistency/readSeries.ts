import { FileError } from "../errors.js";
import { NO_PROBABILITY } from "../maps/yearMaps.js";
import { sameGrid } from "../raster/grid.js";
import { openRaster, type Window } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import { type ProbabilitySeries, probabilitySeries } from "./probabilitySeries.js";

/**
 * Probabilities of a model's maps over the study's years, in a window of the grid.
 *
 * @throws FileError when a file is missing, on another grid or has other classes
 */
export async function readSeries(
  study: Pick<Study, "folder" | "grid" | "legend" | "years">,
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
      const values = new Uint8Array(pixels * legend.length);
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
