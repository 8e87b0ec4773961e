import type { Random } from "../random.js";

/** Pixels of one code that are clustered, at most. */
const mostPixels = 50_000;
/** A polygon holds at most this share of its code's pool, where there are enough polygons. */
const polygonShare = 0.1;
const enoughPolygons = 10;

/**
 * At most 50 000 pixels of one code, in their given order; where the code has ten polygons or more,
 * none of them keeps more than a tenth of the pool.
 *
 * @param polygon number of the polygon of each pixel of the grid
 */
export function spreadOverPolygons(
  pixels: Uint32Array,
  polygon: Uint32Array,
  random: Random,
): Uint32Array {
  const members = new Map<number, number[]>();
  pixels.forEach((pixel, i) => {
    const own = members.get(polygon[pixel]!);
    if (own) own.push(i);
    else members.set(polygon[pixel]!, [i]);
  });
  const most =
    members.size < enoughPolygons ? pixels.length : Math.ceil(pixels.length * polygonShare);
  const kept: number[] = [];
  for (const rows of members.values()) {
    for (const row of rows.length > most ? random.shuffle(rows).slice(0, most) : rows)
      kept.push(row);
  }
  const chosen = kept.length > mostPixels ? random.shuffle(kept).slice(0, mostPixels) : kept;
  return Uint32Array.from(
    chosen.sort((a, b) => a - b),
    (row) => pixels[row]!,
  );
}
