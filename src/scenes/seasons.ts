import { epochDay, isoDate, mappingYear } from "./mappingYear.js";
import type { SceneDecision } from "./scene.js";

/** Share of the area from which a scene shows it clearly. */
const clearShare = 0.2;

/** Meteorological seasons of the northern calendar by their first months, January is 0. */
const seasonStarts = [2, 5, 8, 11];
const monthNames = [
  "March to May",
  "June to August",
  "September to November",
  "December to February",
];

/**
 * Three-month seasons of the mapping years in which no used scene shows at least a fifth of the
 * area: the series is then filled across the season, and what happened in it cannot be seen.
 * A season counts for a mapping year with the part that lies inside, if that is a month or more.
 */
export function seasonsWithoutClearDate(
  years: readonly number[],
  yearStart: string,
  decisions: readonly SceneDecision[],
): string[] {
  const clear = decisions
    .filter(({ decision, validShare }) => decision === "use" && (validShare ?? 0) >= clearShare)
    .map(({ scene }) => epochDay(scene.time));
  // Without pixels nothing is known about what a scene shows.
  if (decisions.every(({ validShare }) => validShare === null)) return [];
  return years.flatMap((year) => {
    const { start, length } = mappingYear(year, yearStart);
    return seasonsBetween(start, start + length)
      .filter(({ from, to }) => !clear.some((day) => day >= from && day < to))
      .map(
        ({ name, from, to }) =>
          `${year}: no clear date in ${name} (${isoDate(from)} to ${isoDate(to - 1)})`,
      );
  });
}

function seasonsBetween(start: number, end: number) {
  const seasons: { name: string; from: number; to: number }[] = [];
  const first = Number(isoDate(start).slice(0, 4)) - 1;
  for (let calendarYear = first; calendarYear <= first + 2; calendarYear++) {
    seasonStarts.forEach((month, i) => {
      const day = (m: number) => Date.UTC(calendarYear, m, 1) / 86_400_000;
      const from = Math.max(start, day(month));
      const to = Math.min(end, day(month + 3));
      if (to - from >= 28) seasons.push({ name: monthNames[i]!, from, to });
    });
  }
  return seasons;
}
