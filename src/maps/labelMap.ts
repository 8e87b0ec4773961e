import { existsSync, readdirSync } from "node:fs";
import { DataError, FileError } from "../errors.js";
import { pixelCount, sameGrid } from "../raster/grid.js";
import type { CogDescription } from "../raster/openCog.js";
import { readRaster } from "../raster/readRaster.js";
import { writeCog } from "../raster/writeCog.js";
import type { Study } from "../study/study.js";
import { legendPalette } from "./palettes.js";

/** Writes class ids (a value a pixel, 0 no data) as maps/<model>/<year>.tif in the legend's colours and with its names. */
export async function writeLabelMap(
  study: Study,
  model: string,
  year: number,
  ids: Uint8Array,
): Promise<void> {
  if (ids.length !== pixelCount(study.grid)) {
    throw new DataError(
      `map ${model} ${year}`,
      `${ids.length} pixels, expected ${pixelCount(study.grid)}`,
    );
  }
  await writeCog(study.folder.map(model, `${year}.tif`), {
    ...labelMapDescription(study),
    bands: [ids],
  });
}

/** A class map without its values: the legend's colours and names, 0 no data. */
export function labelMapDescription({ grid, legend }: Study): CogDescription {
  return {
    grid,
    nodata: 0,
    palette: legendPalette(legend),
    bandNames: ["class"],
    valueNames: new Map(legend.map(({ id, name }) => [id, name])),
    overviews: "mode",
  };
}

/**
 * Class ids of maps/<model>/<year>.tif.
 *
 * @throws FileError when the file is not on the study's grid
 */
export async function readYearMap(study: Study, model: string, year: number): Promise<Uint8Array> {
  const file = study.folder.map(model, `${year}.tif`);
  const { grid, bands } = await readRaster(file);
  const [ids] = bands;
  if (!sameGrid(grid, study.grid)) throw new FileError(file, "is not on the study's grid");
  if (!(ids instanceof Uint8Array)) throw new FileError(file, "does not hold bytes");
  return ids;
}

/** Years of a model's maps in the run folder, ascending. */
export function mappedYears(study: Study, model: string): number[] {
  const folder = study.folder.map(model, "");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => /^(\d{4})\.tif$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
