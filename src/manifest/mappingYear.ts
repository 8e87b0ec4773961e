/** First and last instant of a mapping year, milliseconds since 1970 in UTC, end not included. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The twelve months that a mapping year covers: year Y starts on `yearStart` of Y-1, or on
 * 1 January of Y when `yearStart` is `01-01`.
 *
 * @param yearStart `MM-DD`
 */
export function mappingYear(yearStart: string, year: number): TimeSpan {
  const [month, day] = yearStart.split("-").map(Number) as [number, number];
  const first = month === 1 && day === 1 ? year : year - 1;
  return { start: Date.UTC(first, month - 1, day), end: Date.UTC(first + 1, month - 1, day) };
}
