import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Legend } from "../manifest/manifest.js";
import { crsTransform } from "../raster/crs.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import { type Row, readCsv, writeCsv } from "../table/csv.js";
import type { DrawnPoints } from "./drawPoints.js";

/** Longitude and latitude of pixel centres, degrees to a tenth of a metre. */
function positions(grid: Grid, pixels: Uint32Array): [longitude: number, latitude: number][] {
  const transform = crsTransform(grid.epsg, 4326);
  return Array.from(pixels, (pixel) => {
    const x = grid.originX + ((pixel % grid.width) + 0.5) * grid.pixelWidth;
    const y = grid.originY - (Math.floor(pixel / grid.width) + 0.5) * grid.pixelHeight;
    const [longitude, latitude] = transform(x, y);
    return [Number(longitude.toFixed(6)), Number(latitude.toFixed(6))];
  });
}

const answer = (year: number) => `class_${year}`;

/**
 * Writes what interpreters get: points.geojson and points.csv with number and place of every point and
 * an empty column a year. Neither stratum nor map class is in them, so that the reference is made
 * without sight of the map.
 */
export async function writePoints(
  folder: string,
  grid: Grid,
  years: readonly number[],
  { pixel }: DrawnPoints,
): Promise<void> {
  const places = positions(grid, pixel);
  const empty = Object.fromEntries(years.map((year) => [answer(year), null]));
  const features = places.map((coordinates, n) => ({
    type: "Feature",
    id: n + 1,
    geometry: { type: "Point", coordinates },
    properties: { id: n + 1, ...empty },
  }));
  const collection = { type: "FeatureCollection", features };
  await writeFileAtomic(`${folder}/points.geojson`, `${JSON.stringify(collection)}\n`);
  await writeCsv(
    `${folder}/points.csv`,
    ["id", "longitude", "latitude", ...years.map(answer)],
    places.map(([longitude, latitude], n): Row => ({ id: n + 1, longitude, latitude, ...empty })),
  );
}

/** Writes the design that belongs to the points: design.csv with pixel and stratum of every point. */
export async function writeDesign(
  folder: string,
  strata: readonly { readonly name: string; readonly pixels: number }[],
  { pixel, stratum }: DrawnPoints,
): Promise<void> {
  await writeCsv(
    `${folder}/strata.csv`,
    ["stratum", "pixels"],
    strata.map(({ name, pixels }) => ({ stratum: name, pixels })),
  );
  await writeCsv(
    `${folder}/design.csv`,
    ["id", "pixel", "stratum"],
    Array.from(pixel, (at, n) => ({ id: n + 1, pixel: at, stratum: strata[stratum[n]!]!.name })),
  );
}

/** A sample with the design by which it was drawn. */
export interface PointDesign {
  readonly strata: readonly { readonly name: string; readonly pixels: number }[];
  readonly points: DrawnPoints;
}

/**
 * Reads strata.csv and design.csv of a folder.
 *
 * @throws FileError that names the row of an unknown stratum or of a number that is out of range
 */
export async function readDesign(folder: string, grid: Grid): Promise<PointDesign> {
  const [strataPath, designPath] = [`${folder}/strata.csv`, `${folder}/design.csv`];
  const whole = (
    path: string,
    row: Record<string, string>,
    key: string,
    n: number,
    end: number,
  ) => {
    const value = Number(row[key] || Number.NaN);
    if (Number.isInteger(value) && value >= 0 && value < end) return value;
    throw new FileError(path, `row ${n + 2}: ${key} ${row[key]} is not in 0..${end - 1}`);
  };
  const strata = (await readCsv(strataPath)).map((row, n) => {
    const pixels = whole(strataPath, row, "pixels", n, Number.MAX_SAFE_INTEGER);
    return { name: row.stratum ?? "", pixels };
  });
  const rows = await readCsv(designPath);
  const pixel = Uint32Array.from(rows, (row, n) =>
    whole(designPath, row, "pixel", n, pixelCount(grid)),
  );
  const stratum = Uint8Array.from(rows, (row, n) => {
    const index = strata.findIndex(({ name }) => name === row.stratum);
    if (index >= 0) return index;
    const names = strata.map(({ name }) => name).join(", ");
    throw new FileError(designPath, `row ${n + 2}: stratum ${row.stratum} is not one of ${names}`);
  });
  return { strata, points: { pixel, stratum } };
}

/** Class ids that an interpreter gave, by year; 0 where a cell is empty. */
export type Interpretation = ReadonlyMap<number, Uint8Array>;

/** Years of which a file of points has a column, ascending. */
export async function interpretedYears(path: string): Promise<number[]> {
  const [first] = await readCsv(path);
  return Object.keys(first ?? {})
    .flatMap((name) => /^class_(\d{4})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Degrees by which a place may differ from its pixel's centre: files round to a tenth of a metre. */
const PLACE_TOLERANCE = 1e-5;

/**
 * Reads a copy of points.csv with the years' columns filled with class names of the legend.
 *
 * @param points pixels of the design, in its order
 * @throws FileError that names row and column of an unknown class, of a missing or repeated point, or
 *   of a point that lies elsewhere than the design says
 */
export async function readInterpretation(
  path: string,
  legend: Legend,
  years: readonly number[],
  grid: Grid,
  pixels: Uint32Array,
): Promise<Interpretation> {
  const rows = await readCsv(path);
  const points = pixels.length;
  const places = positions(grid, pixels);
  const idOf = new Map(legend.map(({ name, id }) => [name, id]));
  const seen = new Uint8Array(points);
  const out = new Map(years.map((year) => [year, new Uint8Array(points)]));
  rows.forEach((row, n) => {
    const line = `row ${n + 2}`;
    const id = Number(row.id);
    if (!Number.isInteger(id) || id < 1 || id > points) {
      throw new FileError(path, `${line}: id ${row.id} is not in 1..${points}`);
    }
    if (seen[id - 1] === 1) throw new FileError(path, `${line}: id ${id} stands twice`);
    seen[id - 1] = 1;
    const [longitude, latitude] = places[id - 1]!;
    const found = [Number(row.longitude), Number(row.latitude)] as const;
    const apart = Math.max(Math.abs(found[0] - longitude), Math.abs(found[1] - latitude));
    if (!(apart <= PLACE_TOLERANCE)) {
      const problem = `point ${id} lies at ${found.join(", ")}, in the design at ${longitude}, ${latitude}`;
      throw new FileError(path, `${line}: ${problem}`);
    }
    for (const year of years) {
      const text = row[answer(year)];
      if (text === undefined) throw new FileError(path, `has no column ${answer(year)}`);
      if (text === "") continue;
      const named = idOf.get(text);
      if (named === undefined) {
        throw new FileError(path, `${line}: ${answer(year)}: no class ${text} in the legend`);
      }
      out.get(year)![id - 1] = named;
    }
  });
  const missing = seen.indexOf(0);
  if (missing >= 0) throw new FileError(path, `point ${missing + 1} is missing`);
  return out;
}

/** Agreement of two interpreters over the points that both named. */
export interface InterpreterAgreement {
  readonly year: number;
  readonly points: number;
  /** Share named alike, 0-1, NaN where both named none. */
  readonly agreement: number;
}

/** How far two interpreters agree, year by year. */
export function interpreterAgreement(
  first: Interpretation,
  second: Interpretation,
): InterpreterAgreement[] {
  return [...first].map(([year, ids]) => {
    let [points, alike] = [0, 0];
    ids.forEach((id, n) => {
      const other = second.get(year)?.[n] ?? 0;
      if (id === 0 || other === 0) return;
      points++;
      if (id === other) alike++;
    });
    return { year, points, agreement: alike / points };
  });
}
