import { groupsOf } from "../consistency/coverGroups.js";
import type { Legend } from "../manifest/manifest.js";
import { NO_STRATUM } from "./drawPoints.js";

/**
 * Strata for the area of change between two maps. Mapped change has its own strata, and so has what
 * lies beside it, where a map misses most; without them the error of the changed area is of no use.
 */
export const changeStrataNames = [
  "forest lost",
  "other change",
  "beside change",
  "stable forest",
  "stable other",
] as const;

/**
 * Stratum of every pixel between two maps of class ids, an index of {@link changeStrataNames};
 * {@link NO_STRATUM} where a year has no data.
 *
 * @param reach pixels around mapped change that count as beside it
 */
export function changeStrata(
  legend: Legend,
  before: Uint8Array,
  after: Uint8Array,
  width: number,
  reach = 2,
): Uint8Array {
  const groups = groupsOf(legend);
  const isForest = new Uint8Array(256);
  legend.forEach(({ id }, k) => {
    if (groups[k] === "forest") isForest[id] = 1;
  });
  const out = new Uint8Array(before.length).fill(NO_STRATUM);
  const changed: number[] = [];
  for (let pixel = 0; pixel < out.length; pixel++) {
    const [a, b] = [before[pixel]!, after[pixel]!];
    if (a === 0 || b === 0) continue;
    if (a === b) out[pixel] = isForest[a] === 1 ? 3 : 4;
    else {
      out[pixel] = isForest[a] === 1 && isForest[b] === 0 ? 0 : 1;
      changed.push(pixel);
    }
  }
  const height = out.length / width;
  for (const pixel of changed) {
    const column = pixel % width;
    const row = (pixel - column) / width;
    for (let y = Math.max(0, row - reach); y <= Math.min(height - 1, row + reach); y++) {
      for (let x = Math.max(0, column - reach); x <= Math.min(width - 1, column + reach); x++) {
        const near = y * width + x;
        if (out[near]! >= 3 && out[near] !== NO_STRATUM) out[near] = 2;
      }
    }
  }
  return out;
}
