import { backwardPersistence, forwardPersistence } from "./agreement.js";
import { type ClassMeasure, diceOf } from "./confusion.js";

/**
 * Measures of one class, rows map and columns reference (method of Olofsson et al. 2014 where the
 * reference is a complete raster, so that counts are areas): user's and producer's accuracy, F1,
 * `area` the class's share in the reference and `mapped` its share in the map.
 */
export const classAccuracies: Readonly<Record<string, ClassMeasure>> = Object.freeze({
  user: forwardPersistence,
  producer: backwardPersistence,
  f1: diceOf,
  area: ({ columns, total }, k) => columns[k]! / total,
  mapped: ({ rows, total }, k) => rows[k]! / total,
});

/**
 * Groups of a legend in which the bare classes Rocks, Sand and Mineral count as one, or null when
 * it has fewer than two of them.
 */
export function bareGroups(legend: readonly { readonly name: string }[]): number[] | null {
  const bare = new Set(["Rocks", "Sand", "Mineral"]);
  if (legend.filter((entry) => bare.has(entry.name)).length < 2) return null;
  let next = 0;
  let merged = -1;
  return legend.map((entry) => {
    if (!bare.has(entry.name)) return next++;
    if (merged < 0) merged = next++;
    return merged;
  });
}
