import { readFile } from "node:fs/promises";
import { FileError } from "../errors.js";
import type { StudyEvent } from "../manifest/manifest.js";
import { crsTransform } from "../raster/crs.js";
import type { Grid } from "../raster/grid.js";

type Ring = readonly (readonly [number, number])[];

/** Events that a study may have at once: patterns are kept in a byte. */
export const mostEvents = 6;

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

/** 1 where a pixel centre lies inside the rings by the even-odd rule. */
export function fillRings(rings: readonly Ring[], grid: Grid): Uint8Array {
  const out = new Uint8Array(grid.width * grid.height);
  for (let row = 0; row < grid.height; row++) {
    const y = grid.originY - (row + 0.5) * grid.pixelHeight;
    const crossings: number[] = [];
    for (const ring of rings) {
      ring.forEach(([x1, y1], i) => {
        const [x2, y2] = ring[(i + 1) % ring.length]!;
        if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
      });
    }
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.ceil((crossings[k]! - grid.originX) / grid.pixelWidth - 0.5);
      const to = Math.ceil((crossings[k + 1]! - grid.originX) / grid.pixelWidth - 0.5);
      const start = Math.max(0, from);
      const end = Math.min(grid.width, to);
      if (end > start) out.fill(1, row * grid.width + start, row * grid.width + end);
    }
  }
  return out;
}
