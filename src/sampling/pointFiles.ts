import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Legend } from "../manifest/manifest.js";
import { crsTransform } from "../raster/crs.js";
import type { Grid } from "../raster/grid.js";
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

/** Class ids that an interpreter gave, by year; 0 where a cell is empty. */
export type Interpretation = ReadonlyMap<number, Uint8Array>;

/**
 * Reads points.csv with the years' columns filled with class names of the legend.
 *
 * @param points number of points of the design
 * @throws FileError that names row and column of an unknown class, a missing or repeated point
 */
export async function readInterpretation(
  path: string,
  legend: Legend,
  years: readonly number[],
  points: number,
): Promise<Interpretation> {
  const rows = await readCsv(path);
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
    for (const year of years) {
      const text = row[answer(year)];
      if (text === undefined) throw new FileError(path, `has no column ${answer(year)}`);
      if (text === "") continue;
      const found = idOf.get(text);
      if (found === undefined) {
        throw new FileError(path, `${line}: ${answer(year)}: no class ${text} in the legend`);
      }
      out.get(year)![id - 1] = found;
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
