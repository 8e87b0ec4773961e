import { existsSync } from "node:fs";
import { channelReader } from "../cube/channels.js";
import type { Cube } from "../cube/cube.js";
import { UsageError } from "../errors.js";
import { crsTransform } from "../raster/crs.js";
import { readRaster, type Window } from "../raster/readRaster.js";
import { mapPath, type OpenRun } from "./openRun.js";

/** The vegetation index of a pixel over one year. */
export interface PixelYear {
  readonly year: number;
  /** Days of the mapping year. */
  readonly days: readonly number[];
  /** NDVI at these days; null where nothing is known. */
  readonly ndvi: readonly (number | null)[];
  /** Whether there was an observation near the day; the others are filled. */
  readonly observed: readonly boolean[];
}

/** What a run says about one pixel. */
export interface PixelReport {
  readonly row: number;
  readonly column: number;
  /** Centre of the pixel in the map's coordinate system. */
  readonly x: number;
  readonly y: number;
  /** Degrees on WGS 84. */
  readonly longitude: number;
  readonly latitude: number;
  /** Class ids of every series by year, in the order of its years; 0 no data. */
  readonly classes: Readonly<Record<string, readonly number[]>>;
  /** Probabilities in per cent by series with such files: by year, by class of the legend; null no data. */
  readonly probabilities: Readonly<Record<string, readonly (readonly number[] | null)[]>>;
  readonly series: readonly PixelYear[];
}

/**
 * Classes, probabilities and series of one pixel.
 *
 * @throws UsageError when row or column lies outside the map
 */
export async function pixelReport(run: OpenRun, row: number, column: number): Promise<PixelReport> {
  const { grid, root, cube } = run;
  const inside = (value: number, size: number) =>
    Number.isInteger(value) && value >= 0 && value < size;
  if (!inside(row, grid.height)) {
    throw new UsageError("row", `${row} found, expected 0 to ${grid.height - 1}`);
  }
  if (!inside(column, grid.width)) {
    throw new UsageError("column", `${column} found, expected 0 to ${grid.width - 1}`);
  }
  const window: Window = [column, row, column + 1, row + 1];
  const values = async (path: string) =>
    (await readRaster(path, { window })).bands.map((band) => band[0]!);
  const classes: Record<string, number[]> = {};
  const probabilities: Record<string, (number[] | null)[]> = {};
  for (const { model, years } of run.series) {
    const files = years.map((year) => mapPath(root, model, String(year)));
    classes[model] = (await Promise.all(files.map(values))).map(([id]) => id!);
    const detailed = years.map((year) => mapPath(root, model, `${year}-probability`));
    if (!detailed.every((path) => existsSync(path))) continue;
    probabilities[model] = (await Promise.all(detailed.map(values))).map((shares, i) =>
      classes[model]![i] === 0 ? null : shares,
    );
  }
  const x = grid.originX + (column + 0.5) * grid.pixelWidth;
  const y = grid.originY - (row + 0.5) * grid.pixelHeight;
  const [longitude, latitude] = crsTransform(grid.epsg, 4326)(x, y);
  const place = { row, column, x, y, longitude, latitude };
  const series = cube ? await ndviSeries(cube, row, column) : [];
  return { ...place, classes, probabilities, series };
}

async function ndviSeries(cube: Cube, row: number, column: number): Promise<PixelYear[]> {
  const channel = cube.channels.indexOf("NDVI");
  if (channel < 0) return [];
  const pixel = Uint32Array.of(column);
  const years: PixelYear[] = [];
  for (const number of cube.years) {
    const year = cube.year(number);
    const block = await year.readBlock(row, row + 1);
    const reader = channelReader(cube.variables, block);
    const days = [...year.days];
    const ndvi = days.map((_, date) => {
      reader.read(date, pixel);
      return reader.present[0] ? reader.channels[channel]![0]! : null;
    });
    const observed = days.map((_, date) => block.flags[date * block.pixels + column] === 1);
    years.push({ year: number, days, ndvi, observed });
  }
  return years;
}
