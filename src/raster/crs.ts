import proj4 from "proj4";
import { UsageError } from "../errors.js";

/** Transforms a pair of coordinates. */
export type Transform = (x: number, y: number) => [number, number];

const fixed: Readonly<Record<number, string>> = {
  4326: "+proj=longlat +datum=WGS84 +no_defs",
  4258: "+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +no_defs",
  3857: "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs",
  3035: "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs",
};

/**
 * Definition of a coordinate system: EPSG:4326, 4258, 3857, 3035 (ETRS89-LAEA Europe), the UTM
 * zones on WGS 84 (326xx, 327xx) and on ETRS89 (25828-25838).
 *
 * @throws UsageError for any other code
 */
export function crsDefinition(epsg: number): string {
  const known = fixed[epsg];
  if (known) return known;
  const zone = epsg % 100;
  const family = Math.floor(epsg / 100);
  if ((family === 326 || family === 327) && zone >= 1 && zone <= 60) {
    const south = family === 327 ? " +south" : "";
    return `+proj=utm +zone=${zone}${south} +datum=WGS84 +units=m +no_defs`;
  }
  if (epsg >= 25828 && epsg <= 25838) {
    return `+proj=utm +zone=${zone} +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs`;
  }
  throw new UsageError(
    `EPSG:${epsg}`,
    "unknown coordinate system, expected 4326, 4258, 3857, 3035, 25828-25838, 32601-32660 or 32701-32760",
  );
}

/** Whether coordinates of the system are degrees (longitude, latitude). */
export function isGeographic(epsg: number): boolean {
  return epsg === 4326 || epsg === 4258;
}

/** The transform between two coordinate systems; geographic coordinates are (longitude, latitude). */
export function crsTransform(from: number, to: number): Transform {
  if (from === to) return (x, y) => [x, y];
  const converter = proj4(crsDefinition(from), crsDefinition(to));
  return (x, y) => converter.forward([x, y]) as [number, number];
}
