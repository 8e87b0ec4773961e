/** Rings of longitude and latitude, as GeoJSON writes a polygon or several. */
export interface Footprint {
  readonly type: string;
  readonly coordinates: unknown;
}

type Ring = readonly (readonly [number, number])[];

/** Points on a side of the raster that overlaps are counted on. */
const side = 200;

/**
 * Shared part of the smaller of two footprints, 0-1, counted on 200 x 200 points of their common
 * bounds: above 0.9 two items are versions of the same pixels, below 0.5 parts of one acquisition.
 *
 * @returns null when a footprint is no polygon
 */
export function footprintOverlap(a: Footprint | null, b: Footprint | null): number | null {
  const first = outlines(a);
  const second = outlines(b);
  if (!first || !second) return null;
  const points = [...first, ...second].flat(2);
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [west, east] = range(points.map(([x]) => x));
  const [south, north] = range(points.map(([, y]) => y));
  let inFirst = 0;
  let inSecond = 0;
  let inBoth = 0;
  for (let row = 0; row < side; row++) {
    const y = south + ((row + 0.5) / side) * (north - south);
    for (let column = 0; column < side; column++) {
      const x = west + ((column + 0.5) / side) * (east - west);
      const one = inside(first, x, y);
      const other = inside(second, x, y);
      if (one) inFirst++;
      if (other) inSecond++;
      if (one && other) inBoth++;
    }
  }
  return inBoth / Math.max(1, Math.min(inFirst, inSecond));
}

/** Polygons of a footprint, each a list of rings. */
function outlines(footprint: Footprint | null): Ring[][] | null {
  if (footprint?.type === "Polygon") return [footprint.coordinates as Ring[]];
  if (footprint?.type === "MultiPolygon") return footprint.coordinates as Ring[][];
  return null;
}

/** Whether a point lies in an odd number of rings (even-odd rule, holes included). */
function inside(polygons: readonly Ring[][], x: number, y: number): boolean {
  let odd = false;
  for (const ring of polygons.flat()) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i]!;
      const [xj, yj] = ring[j]!;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
  }
  return odd;
}
