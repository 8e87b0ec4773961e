import { readFile } from "node:fs/promises";
import { FileError } from "../errors.js";
import type { StudyEvent } from "../manifest/manifest.js";
import { crsTransform } from "../raster/crs.js";
import type { Grid } from "../raster/grid.js";
import { fillRings, type Ring } from "../raster/polygons.js";

/** Which events touch every pixel: bit e is set inside the area of event e, or everywhere. */
export async function eventPatterns(
  events: readonly StudyEvent[],
  grid: Grid,
): Promise<Uint8Array> {
  const patterns = new Uint8Array(grid.width * grid.height);
  for (const [e, { area }] of events.entries()) {
    const inside = area ? fillRings(await readRings(area, grid.epsg), grid) : null;
    for (let i = 0; i < patterns.length; i++) {
      if (!inside || inside[i]) patterns[i]! |= 1 << e;
    }
  }
  return patterns;
}

/** Rings of all polygons of a GeoJSON file (longitude, latitude) in another coordinate system. */
async function readRings(path: string, epsg: number): Promise<Ring[]> {
  const rings: Ring[] = [];
  const transform = crsTransform(4326, epsg);
  const collect = (node: Record<string, unknown>): void => {
    for (const feature of (node.features as Record<string, unknown>[] | undefined) ?? []) {
      collect(feature);
    }
    if (node.geometry) collect(node.geometry as Record<string, unknown>);
    const polygons =
      node.type === "Polygon"
        ? [node.coordinates]
        : node.type === "MultiPolygon"
          ? node.coordinates
          : [];
    for (const polygon of polygons as Ring[][]) {
      for (const ring of polygon) rings.push(ring.map(([x, y]) => transform(x, y)));
    }
  };
  try {
    collect(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new FileError(path, "not a readable GeoJSON file", { cause });
  }
  if (rings.length === 0) throw new FileError(path, "no polygon, expected the area of an event");
  return rings;
}
