import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_METHOD } from "../consistency/methods.js";
import type { Cube } from "../cube/cube.js";
import { openCubeFolder } from "../cube/openCube.js";
import { FileError } from "../errors.js";
import type { Legend } from "../manifest/manifest.js";
import { type Grid, sameGrid } from "../raster/grid.js";
import { openRaster } from "../raster/readRaster.js";
import { meaningOf } from "../report/modelKey.js";
import { readRecord, recordPath } from "../run/record.js";

/** A series of maps in a run folder. */
export interface MapSeries {
  readonly model: string;
  /** What the name stands for. */
  readonly meaning: string;
  /** Years with a class map, ascending. */
  readonly years: readonly number[];
  /** Maps beside the class maps: `changes`, `2018-confidence`. */
  readonly others: readonly string[];
}

/** A run as it is looked at. */
export interface OpenRun {
  readonly root: string;
  readonly title: string;
  readonly legend: Legend;
  readonly grid: Grid;
  readonly series: readonly MapSeries[];
  /** The yearly series behind the maps; null where the cube was removed. */
  readonly cube: Cube | null;
}

/** Series that are shown first, in this order; the others follow by name. */
const firstShown = [DEFAULT_METHOD, "multi-year", "single-year", "forest", "labels", "truth"];

/**
 * Opens a run folder for looking at its maps.
 *
 * @throws FileError when it is no run folder or has no map yet
 */
export async function openRun(root: string): Promise<OpenRun> {
  const record = await readRecord(root);
  if (!record) throw new FileError(recordPath(root), "no such file, expected the folder of a run");
  const series = listSeries(join(root, "maps"));
  const [first] = series;
  if (!first) throw new FileError(join(root, "maps"), "holds no yearly map, expected at least one");
  const raster = await openRaster(mapPath(root, first.model, String(first.years[0])));
  raster.close();
  const folder = join(root, "cube");
  const cube = existsSync(join(folder, "zarr.json")) ? await openCubeFolder(folder) : null;
  return {
    root,
    title: record.manifest.title,
    legend: record.manifest.classes,
    grid: raster.grid,
    series,
    cube: cube && sameGrid(cube.grid, raster.grid) ? cube : null,
  };
}

/** File of a layer: a year, `changes` or `<year>-confidence`. */
export function mapPath(root: string, model: string, layer: string): string {
  return join(root, "maps", model, `${layer}.tif`);
}

function listSeries(folder: string): MapSeries[] {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const series = found.flatMap((model): MapSeries[] => {
    const layers = readdirSync(join(folder, model)).flatMap(
      (file) => /^(\d{4}(?:-confidence)?|changes)\.tif$/.exec(file)?.[1] ?? [],
    );
    const years = layers.filter((layer) => /^\d+$/.test(layer)).map(Number);
    if (years.length === 0) return [];
    const others = layers.filter((layer) => !/^\d+$/.test(layer)).sort();
    return [{ model, meaning: meaningOf(model) ?? model, years: years.sort(), others }];
  });
  const rank = ({ model }: MapSeries) => (firstShown.indexOf(model) + 100) % 100;
  return series.sort((a, b) => rank(a) - rank(b) || a.model.localeCompare(b.model));
}
