import { gridDays, type MappingYear } from "../scenes/mappingYear.js";

/** A used scene as the choice of dates sees it. */
export interface DatedScene {
  /** Days since 1 January 1970. */
  readonly day: number;
  /** Share of the area that it shows clearly, 0-1; null where not measured. */
  readonly validShare: number | null;
}

/**
 * Dates of the series of a year as its days, 1 is its first: those of the grid, or for each of them
 * the day of the clearest scene that lies nearer to it than to the next ones. Of equally clear
 * scenes the nearest to the grid date is taken, then the earliest; where none lies, the grid date.
 */
export function seriesDates(
  by: "grid" | "acquisitions",
  count: number,
  { start, length }: MappingYear,
  scenes: readonly DatedScene[],
): Int32Array {
  const grid = gridDays(count);
  if (by === "grid") return grid;
  const best = new Array<{ day: number; share: number; distance: number } | undefined>(count);
  for (const scene of scenes) {
    const day = scene.day - start + 1;
    if (day < 1 || day > length) continue;
    let slot = 0;
    while (slot + 1 < count && day > (grid[slot]! + grid[slot + 1]!) / 2) slot++;
    const found = { day, share: scene.validShare ?? 0, distance: Math.abs(day - grid[slot]!) };
    const known = best[slot];
    const better =
      !known ||
      found.share > known.share ||
      (found.share === known.share &&
        (found.distance < known.distance ||
          (found.distance === known.distance && found.day < known.day)));
    if (better) best[slot] = found;
  }
  return grid.map((day, slot) => best[slot]?.day ?? day);
}
