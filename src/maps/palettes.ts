import type { Legend } from "../manifest/manifest.js";

/** Colours of a legend for a raster's colour table: class id to `#RRGGBB`. */
export function legendPalette(legend: Legend): ReadonlyMap<number, string> {
  return new Map(legend.map(({ id, colour }) => [id, colour]));
}

/** Colours of the change-count map: 0, 1, 2 and, for longer series, 3 or more changes. */
const CHANGE_COLOURS = ["#EEEEEE", "#F4A300", "#B3003C", "#4B0055"] as const;

/** Value of pixels without a change count. */
export const NO_CHANGE_COUNT = 255;

/** Colour table of a change-count map up to `most` changes. */
export function changePalette(most: number): ReadonlyMap<number, string> {
  return new Map(
    Array.from({ length: most + 1 }, (_, n) => [n, CHANGE_COLOURS[Math.min(n, 3)] as string]),
  );
}
