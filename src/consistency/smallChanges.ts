import { findPatches } from "./patchFilter.js";
import type { ClassSeries } from "./probabilitySeries.js";

/** Largest patch of change that counts as noise, pixels (spatial step of the MapBiomas filters). */
export const NOISE_PATCH = 3;

/** Pixels around a pixel that {@link withoutSmallChanges} looks at. */
export const smallChangeMargin = NOISE_PATCH;

/**
 * Undoes changes in small patches: where the pixels that change between two years, 8-connected, are at
 * most `largest`, they keep the class before until they change again.
 */
export function withoutSmallChanges(
  maps: ClassSeries,
  width: number,
  height: number,
  largest = NOISE_PATCH,
): ClassSeries {
  const out = maps.map((map) => Uint8Array.from(map));
  for (let y = 1; y < maps.length; y++) {
    const [before, after] = [maps[y - 1]!, maps[y]!];
    const changed = after.map((k, pixel) => {
      const was = before[pixel]!;
      return k !== 0 && was !== 0 && k !== was ? 1 : 0;
    });
    const { patch, size } = findPatches(changed, width, height);
    const [kept, map] = [out[y - 1]!, out[y]!];
    for (let pixel = 0; pixel < map.length; pixel++) {
      const stays = before[pixel] === after[pixel];
      const small = changed[pixel] === 1 && size[patch[pixel]!]! <= largest;
      if (stays || small) map[pixel] = kept[pixel]!;
    }
  }
  return out;
}
