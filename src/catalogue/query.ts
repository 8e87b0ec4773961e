/** What a catalogue is asked for. */
export interface CatalogueQuery {
  readonly collection: string;
  /** West, south, east, north in degrees. */
  readonly bbox: readonly [number, number, number, number];
  /** ISO dates: from (included) to (excluded). */
  readonly from: string;
  readonly to: string;
}

/** A half-open span of time, milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Calendar months of a query, cut at its ends: catalogues answer small questions reliably. */
export function monthsOf({ from, to }: CatalogueQuery): Span[] {
  const end = Date.parse(`${to}T00:00:00Z`);
  const months: Span[] = [];
  for (let start = Date.parse(`${from}T00:00:00Z`); start < end; ) {
    const date = new Date(start);
    const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    months.push({ from: start, to: Math.min(next, end) });
    start = next;
  }
  return months;
}

/** Both halves of a span, cut at a full day; null for a day or less. */
export function halves({ from, to }: Span): [Span, Span] | null {
  const day = 86_400_000;
  const days = Math.round((to - from) / day);
  if (days < 2) return null;
  const middle = from + Math.floor(days / 2) * day;
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** `2018-07-01 to 2018-07-31`, both included. */
export function spanText({ from, to }: Span): string {
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  return `${day(from)} to ${day(to - 1)}`;
}
