import { ServiceError } from "../errors.js";
import { type HttpFetch, type HttpReply, publicAddress } from "../http/http.js";
import type { StacItem } from "./item.js";
import {
  catalogueJson,
  PageFault,
  readMonths,
  type SearchOptions,
  type SearchResult,
  type SpanResult,
} from "./paging.js";
import type { CatalogueQuery, Span } from "./query.js";
import type { CatalogueService } from "./services.js";

interface Link {
  readonly rel?: string;
  readonly href?: string;
  readonly method?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly merge?: boolean;
}

/**
 * Items of a STAC API: a question a month, no server-side sort, next links followed as they are
 * given. Collection, time and box are applied again here, since services were seen to ignore them.
 *
 * @returns items in no particular order
 * @throws ServiceError when the service refuses, ignores the question or leaves a hole
 */
export async function searchStac(
  fetch: HttpFetch,
  service: CatalogueService,
  query: CatalogueQuery,
  options: SearchOptions = {},
): Promise<SearchResult<StacItem>> {
  return readMonths<StacItem>(
    service,
    query,
    {
      id: (item) => item.id,
      readSpan: (span, pageSize) => readSpan(fetch, service, query, span, pageSize, options),
    },
    options,
  );
}

async function readSpan(
  fetch: HttpFetch,
  service: CatalogueService,
  query: CatalogueQuery,
  span: Span,
  pageSize: number,
  { signal }: SearchOptions,
): Promise<SpanResult<StacItem>> {
  const url = `${service.url}/search`;
  const iso = (time: number) => new Date(time).toISOString().replace(".000Z", "Z");
  // The end of a span belongs to the next one.
  const question = {
    collections: [query.collection],
    bbox: [...query.bbox],
    datetime: `${iso(span.from)}/${iso(span.to - 1000)}`,
    limit: pageSize,
  };
  const items = new Map<string, StacItem>();
  let matched: number | null | undefined;
  const context = signal ? { signal } : {};
  let reply = await ask(fetch, url, question, context);
  for (;;) {
    const page = catalogueJson(reply, url);
    const features = page.features;
    if (!Array.isArray(features)) throw new PageFault("answered without features");
    if (matched === undefined) matched = numberMatched(page);
    const fitting = (features as StacItem[]).filter((item) => fits(item, query, span));
    if (features.length > 0 && fitting.length === 0) {
      const problem = `answered ${features.length} items of ${matched ?? "unknown"}, none of which fits the question: it ignores collection, time or box`;
      throw new ServiceError(publicAddress(url), problem);
    }
    if (fitting.length < features.length) matched = null;
    const before = items.size;
    for (const item of fitting) items.set(item.id, item);
    const next = (page.links as Link[] | undefined)?.find(({ rel }) => rel === "next");
    if (!next?.href || items.size === before) return { entries: [...items.values()], matched };
    reply = await follow(fetch, next, question, context);
  }
}

/** Asks by POST, or by GET where the service knows no POST. */
async function ask(
  fetch: HttpFetch,
  url: string,
  question: Readonly<Record<string, unknown>>,
  context: { signal?: AbortSignal },
): Promise<HttpReply> {
  const reply = await fetch(postOf(url, question), context);
  if (reply.status !== 405) return reply;
  const fields = Object.entries(question).map(([key, value]) => [key, String(value)]);
  return fetch({ url: `${url}?${new URLSearchParams(Object.fromEntries(fields))}` }, context);
}

function follow(
  fetch: HttpFetch,
  { href, method = "GET", body, merge, headers }: Link,
  question: Readonly<Record<string, unknown>>,
  context: { signal?: AbortSignal },
): Promise<HttpReply> {
  if (method.toUpperCase() !== "POST")
    return fetch({ url: href!, ...(headers ? { headers } : {}) }, context);
  return fetch(postOf(href!, merge ? { ...question, ...body } : (body ?? {}), headers), context);
}

function postOf(url: string, body: object, headers: Readonly<Record<string, string>> = {}) {
  return {
    url,
    method: "POST" as const,
    headers: { "content-type": "application/json", accept: "application/geo+json", ...headers },
    body: JSON.stringify(body),
  };
}

function numberMatched(page: Readonly<Record<string, unknown>>): number | null {
  const context = page.context as { matched?: unknown } | undefined;
  const number = page.numberMatched ?? context?.matched;
  return typeof number === "number" ? number : null;
}

function fits(item: StacItem, query: CatalogueQuery, span: Span): boolean {
  const time = Date.parse(String(item.properties?.datetime ?? ""));
  // Platforms state the datatake's start, others the tile's own time, some minutes later.
  const tolerance = 3_600_000;
  if (!(time >= span.from - tolerance && time < span.to + tolerance)) return false;
  if (item.collection !== undefined && item.collection !== query.collection) return false;
  const box = item.bbox;
  if (!box || box.length < 4) return true;
  const [west, south, east, north] = box.length === 6 ? [box[0]!, box[1]!, box[3]!, box[4]!] : box;
  const [left, bottom, right, top] = query.bbox;
  return west! <= right && east! >= left && south! <= top && north! >= bottom;
}
