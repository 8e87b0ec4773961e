import { ServiceError } from "../errors.js";
import { type Clock, systemClock } from "../http/clock.js";
import { type HttpReply, publicAddress, replyText } from "../http/http.js";
import { type CatalogueQuery, halves, monthsOf, type Span, spanText } from "./query.js";
import type { CatalogueService } from "./services.js";

/** What may accompany a search. */
export interface SearchOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Called after every month. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A page that cannot be used although the question is right: another cut of the pages may help. */
export class PageFault extends Error {}

/** Entries of one span with what the catalogue says about their number. */
export interface SpanResult<T> {
  readonly entries: readonly T[];
  /** Number that the catalogue counts in the span; null where it does not say. */
  readonly matched: number | null;
}

/** Entries of a search, each once, and what was noticed on the way. */
export interface SearchResult<T> {
  readonly entries: readonly T[];
  readonly notes: readonly string[];
}

/** How the entries of one protocol are read. */
export interface PageReader<T> {
  readonly id: (entry: T) => string;
  /** Reads all pages of a span. @throws PageFault */
  readonly readSpan: (span: Span, pageSize: number) => Promise<SpanResult<T>>;
}

/**
 * Reads the months of a query one after the other. A page that fails is met by half the page size
 * down to one, then by half the span down to a day; afterwards pages grow again. An entry that comes
 * twice counts once. Fewer entries than the catalogue counts are looked for in smaller spans and
 * noted.
 *
 * @throws ServiceError when a day cannot be read even one entry a page: a hole is never skipped
 */
export async function readMonths<T>(
  service: CatalogueService,
  query: CatalogueQuery,
  reader: PageReader<T>,
  { clock = systemClock, onProgress }: SearchOptions,
): Promise<SearchResult<T>> {
  const found = new Map<string, T>();
  const notes: string[] = [];
  let { pageSize } = service;

  const take = async (span: Span): Promise<void> => {
    const parts = halves(span);
    for (let failures = 0; ; failures++) {
      try {
        const { entries, matched } = await reader.readSpan(span, pageSize);
        for (const entry of entries) found.set(reader.id(entry), entry);
        const own = new Set(entries.map(reader.id)).size;
        pageSize = Math.min(service.pageSize, pageSize * 2);
        if (matched === null || own >= matched) return;
        if (parts) break;
        notes.push(`${spanText(span)}: ${own} of the ${matched} that the catalogue counts`);
        return;
      } catch (error) {
        if (!(error instanceof PageFault)) throw error;
        if (pageSize === 1 && !parts) {
          const problem = `${error.message} for ${spanText(span)}, even one entry a page: the list of scenes would have a hole`;
          throw new ServiceError(publicAddress(service.url), problem);
        }
        if (pageSize === 1) break;
        pageSize = Math.max(1, Math.floor(pageSize / 2));
        await clock.sleep(Math.min(2000, 250 * 2 ** failures));
      }
    }
    for (const part of parts!) await take(part);
  };

  const months = monthsOf(query);
  for (const [i, month] of months.entries()) {
    await take(month);
    onProgress?.(i + 1, months.length);
  }
  return { entries: [...found.values()], notes };
}

/**
 * The JSON of a catalogue's reply.
 *
 * @throws PageFault on a server error or a body that is not JSON
 * @throws ServiceError when the request itself is refused
 */
export function catalogueJson(reply: HttpReply, url: string): Record<string, unknown> {
  const { status } = reply;
  if (status >= 500) throw new PageFault(`answered ${status}`);
  let content: unknown;
  try {
    content = JSON.parse(replyText(reply));
  } catch {
    content = null;
  }
  const fields = (content ?? {}) as Record<string, unknown>;
  if (status !== 200) {
    const said = [fields.description, fields.detail, fields.message].find(
      (text) => typeof text === "string",
    );
    // An address with a query may hold a key, which a service may quote.
    const reason = said && !url.includes("?") ? `: ${String(said).slice(0, 200)}` : "";
    throw new ServiceError(publicAddress(url), `answered ${status} to a search${reason}`, status);
  }
  if (content === null || typeof content !== "object") {
    throw new PageFault("answered no JSON");
  }
  return fields;
}
