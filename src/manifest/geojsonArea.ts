import { readFileSync } from "node:fs";
import { crsTransform } from "../raster/crs.js";
import type { Area } from "./manifest.js";

/** Pixel size of an area given by its outline, metres. */
const resolution = 10;

/** All positions in a GeoJSON object, however deep. */
function* positions(value: unknown): Iterable<readonly [number, number]> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number") {
    yield [value[0], value[1]];
    return;
  }
  if (Array.isArray(value)) {
    for (const inner of value) yield* positions(inner);
    return;
  }
  const { features, geometry, geometries, coordinates } = value as Record<string, unknown>;
  for (const part of [features, geometry, geometries, coordinates]) yield* positions(part);
}

/**
 * The rectangle around a GeoJSON outline (longitude, latitude) in the UTM zone of its centre, with
 * edges on full tens of metres and pixels of 10 m.
 *
 * @returns what is wrong with the file, in words, where it holds no outline
 */
export function areaFromGeojson(path: string): Area | string {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return "cannot be read as GeoJSON";
  }
  const outline = [...positions(content)];
  const longitudes = outline.map(([longitude]) => longitude);
  const latitudes = outline.map(([, latitude]) => latitude);
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [west, east] = range(longitudes);
  const [south, north] = range(latitudes);
  if (outline.length < 3 || !(west < east && south < north)) return "holds no outline";
  if (west < -180 || east > 180 || south < -90 || north > 90) {
    return "has no degrees, expected longitude and latitude";
  }
  const zone = Math.min(60, Math.floor(((west + east) / 2 + 180) / 6) + 1);
  const epsg = (south + north < 0 ? 32700 : 32600) + zone;
  const project = crsTransform(4326, epsg);
  const points = outline.map(([longitude, latitude]) => project(longitude, latitude));
  const [xmin, xmax] = range(points.map(([x]) => x));
  const [ymin, ymax] = range(points.map(([, y]) => y));
  const down = (value: number) => Math.floor(value / resolution) * resolution;
  const up = (value: number) => Math.ceil(value / resolution) * resolution;
  return { epsg, bounds: [down(xmin), down(ymin), up(xmax), up(ymax)], resolution };
}
