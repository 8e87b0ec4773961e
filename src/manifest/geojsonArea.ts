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
 * The rectangle around an outline in degrees: the path of a GeoJSON file, a WKT polygon, or a list
 * of west, south, east and north. It lies in the UTM zone of its centre, with edges on full tens of
 * metres and pixels of 10 m.
 *
 * @param at makes a path as written absolute
 * @returns what is wrong with the outline, in words
 */
export function areaFromOutline(
  given: string | readonly unknown[],
  at: (path: string) => string,
): Area | string {
  if (typeof given !== "string") return areaFromBounds(given);
  if (/^\s*(SRID=4326;)?\s*(MULTI)?POLYGON\b/i.test(given)) return areaFromWkt(given);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(at(given), "utf8"));
  } catch {
    return `${given} cannot be read as GeoJSON`;
  }
  const area = areaAround([...positions(content)]);
  return typeof area === "string" ? `${given} ${area}` : area;
}

function areaFromBounds(given: readonly unknown[]): Area | string {
  const [west, south, east, north] = given;
  const numbers = given.length === 4 && given.every((value) => typeof value === "number");
  if (!numbers || !(west! < east! && south! < north!)) {
    return `${JSON.stringify(given)} is no list of west, south, east, north in degrees`;
  }
  const corners = [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
  ] as [number, number][];
  const area = areaAround(corners);
  return typeof area === "string" ? `${JSON.stringify(given)} ${area}` : area;
}

function areaFromWkt(given: string): Area | string {
  const inner = given.slice(given.indexOf("("));
  const pairs = inner
    .replace(/[()]/g, " ")
    .split(",")
    .map((pair) => pair.trim().split(/\s+/).map(Number));
  const open = inner.split("(").length;
  if (
    open !== inner.split(")").length ||
    pairs.some((pair) => pair.length < 2 || pair.some(Number.isNaN))
  ) {
    return `"${given.slice(0, 40)}" is no WKT polygon of longitudes and latitudes`;
  }
  const area = areaAround(pairs.map(([x, y]) => [x!, y!] as const));
  return typeof area === "string" ? `"${given.slice(0, 40)}" ${area}` : area;
}

/** The rectangle around positions, or what is wrong with them. */
function areaAround(outline: readonly (readonly [number, number])[]): Area | string {
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
