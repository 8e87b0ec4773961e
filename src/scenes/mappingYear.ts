import { UsageError } from "../errors.js";

const dayMilliseconds = 86_400_000;

/** Days since 1 January 1970 of an ISO time, UTC; the time of day is cut off. */
export function epochDay(iso: string): number {
  const time = Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : iso);
  if (Number.isNaN(time)) throw new UsageError(iso, "not an ISO date");
  return Math.floor(time / dayMilliseconds);
}

/** ISO date (`2018-10-28`) of a day since 1 January 1970. */
export function isoDate(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10);
}

/** A mapping year in days since 1 January 1970: first day and number of days. */
export interface MappingYear {
  readonly year: number;
  readonly start: number;
  readonly length: number;
}

/**
 * The 12 months that a map stands for.
 *
 * @param yearStart `MM-DD`; a year that does not start on 1 January starts in the calendar year before
 */
export function mappingYear(year: number, yearStart: string): MappingYear {
  if (!/^\d{2}-\d{2}$/.test(yearStart)) throw new UsageError(yearStart, "expected MM-DD");
  const startOf = (y: number) => epochDay(`${yearStart === "01-01" ? y : y - 1}-${yearStart}`);
  const start = startOf(year);
  return { year, start, length: startOf(year + 1) - start };
}

/** Days before and after a mapping year whose observations still serve the gap fill. */
export const fillMargin = 45;

/** Whether a day lies in the year or in the margin around it. */
export function nearYear({ start, length }: MappingYear, day: number): boolean {
  return day >= start - fillMargin && day < start + length + fillMargin;
}

/**
 * Grid dates as days of the mapping year, 1 is its first day:
 * d_i = 1 + round((i + 0.5) * 365 / count).
 */
export function gridDays(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => 1 + Math.round(((i + 0.5) * 365) / count));
}

/**
 * Day of the mapping year, 1 is its first day, on which a date of the calendar falls.
 *
 * @param monthDay `MM-DD`
 */
export function mappingDay(year: number, yearStart: string, monthDay: string): number {
  const { start, length } = mappingYear(year, yearStart);
  const day = [year - 1, year]
    .map((y) => epochDay(`${y}-${monthDay}`) - start)
    .find((offset) => offset >= 0 && offset < length);
  if (day === undefined) throw new UsageError(monthDay, "expected MM-DD");
  return day + 1;
}
