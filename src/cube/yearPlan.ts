import { epochDay, isoDate, mappingYear, nearYear } from "../scenes/mappingYear.js";
import { type FillPlan, planFill } from "./fill.js";

/** How the scenes of a cube serve one year. */
export interface YearPlan {
  readonly year: number;
  /** Scenes of the year and its margins: first (included) to last (excluded) in order of time. */
  readonly first: number;
  readonly last: number;
  /** Fill plan for every combination of events, by bit pattern. */
  readonly fills: readonly FillPlan[];
  /** By event pattern, then scene from `first`: 1 = counts for the statistics of the year. */
  readonly counted: readonly Uint8Array[];
  /** Scene from `first`: 1 = July to September. */
  readonly summer: Uint8Array;
}

/**
 * Plans a year from the days of all scenes.
 *
 * Statistics count the observations inside the year, without those beyond an event on whose side
 * no grid date lies: the days after a storm at the end of the year already show the next one.
 *
 * @param dates dates of the series as days of the year
 * @param sceneDays days since 1 January 1970, ascending
 * @param events days of the events; bit e of a pixel's pattern says whether event e touches it
 */
export function planYear(
  year: number,
  yearStart: string,
  dates: Int32Array,
  sceneDays: Int32Array,
  events: readonly number[],
): YearPlan {
  const span = mappingYear(year, yearStart);
  let first = 0;
  while (first < sceneDays.length && !nearYear(span, sceneDays[first]!)) first++;
  let last = first;
  while (last < sceneDays.length && nearYear(span, sceneDays[last]!)) last++;
  const days = sceneDays.slice(first, last).map((day) => day - span.start + 1);
  const fills: FillPlan[] = [];
  const counted: Uint8Array[] = [];
  for (let pattern = 0; pattern < 2 ** events.length; pattern++) {
    const own = events
      .filter((_, e) => pattern & (1 << e))
      .map((event) => event - span.start + 1)
      .sort((a, b) => a - b);
    const fill = planFill(days, dates, own);
    const sides = new Set(fill.dateSegments);
    fills.push(fill);
    counted.push(
      Uint8Array.from(days, (day, i) =>
        day >= 1 && day <= span.length && sides.has(fill.segments[i]!) ? 1 : 0,
      ),
    );
  }
  const summer = Uint8Array.from(days, (day) => {
    const month = Number(isoDate(day + span.start - 1).slice(5, 7));
    return month >= 7 && month <= 9 ? 1 : 0;
  });
  return { year, first, last, fills, counted, summer };
}

/** Days of scenes since 1 January 1970. */
export function sceneDays(times: readonly string[]): Int32Array {
  return Int32Array.from(times, epochDay);
}
