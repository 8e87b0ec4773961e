import { epochDay, isoDate } from "./mappingYear.js";
import type { Scene } from "./scene.js";

/** Acquisitions that the orbit leads to expect and no catalogue item shows. */
export interface MissingDates {
  readonly tile: string;
  readonly orbit: number;
  /** ISO dates. */
  readonly dates: readonly string[];
}

/** From the middle of 2017 two satellites pass, days apart half as long. */
const secondSatellite = epochDay("2017-07-01");

/**
 * Compares the days of every tile and relative orbit with the revisit of the satellites: every 5
 * days, every 10 before July 2017. A catalogue with holes then shows in numbers instead of in gaps
 * of the series. Acquisitions that were never planned appear here too.
 *
 * @param scenes all items that the catalogue gave, whatever is decided about them later
 */
export function missingDates(scenes: readonly Scene[]): MissingDates[] {
  const combs = new Map<string, { tile: string; orbit: number; days: Set<number> }>();
  for (const { tile, orbit, time } of scenes) {
    if (tile === null || orbit === null) continue;
    const key = `${tile} ${orbit}`;
    const comb = combs.get(key) ?? { tile, orbit, days: new Set<number>() };
    comb.days.add(epochDay(time));
    combs.set(key, comb);
  }
  const missing: MissingDates[] = [];
  for (const [, { tile, orbit, days }] of [...combs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sorted = [...days].sort((a, b) => a - b);
    const dates: string[] = [];
    for (const [i, day] of sorted.entries()) {
      const next = sorted[i + 1];
      if (next === undefined) break;
      const step = next <= secondSatellite ? 10 : 5;
      // An orbit that passes around midnight may shift by a day.
      for (let at = day + step; at < next - 1; at += step) dates.push(isoDate(at));
    }
    if (dates.length > 0) missing.push({ tile, orbit, dates });
  }
  return missing;
}
