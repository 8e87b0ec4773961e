import type { StacItem } from "../../src/catalogue/item.js";
import type { Handler } from "../http/loopback.js";

/** A search service over items, with the habits that public ones were seen to have. */
export interface StacHabits {
  readonly items: readonly StacItem[];
  /** Items that make a page fail with 500 as long as they are on it. */
  readonly poison?: ReadonlySet<string>;
  /** Pages with more items than this are answered 502. */
  readonly largest?: number;
  /** Number added to the stated number of items. */
  readonly claim?: number;
  /** Repeats the last item of a page as the first of the next. */
  readonly overlap?: boolean;
  /** Next links lead to the first page for ever. */
  readonly loop?: boolean;
}

/** Answers POST /v1/search of the loopback server. */
export function stacServer(address: () => string, habits: StacHabits): Handler {
  const { items, poison, largest = Number.POSITIVE_INFINITY } = habits;
  return ({ method, url, body }, reply) => {
    if (method !== "POST" || url !== "/v1/search") return false;
    const asked = JSON.parse(body) as {
      datetime: string;
      limit: number;
      next?: number;
      collections: string[];
    };
    const [from, to] = asked.datetime.split("/").map((time) => Date.parse(time));
    const found = items.filter(({ properties, collection }) => {
      const time = Date.parse(String(properties.datetime));
      return time >= from! && time <= to! && asked.collections.includes(collection!);
    });
    const start = habits.loop ? 0 : (asked.next ?? 0);
    const page = found.slice(start, start + asked.limit);
    if (page.length > largest) {
      reply.writeHead(502).end("too large");
      return true;
    }
    if (page.some(({ id }) => poison?.has(id))) {
      reply.writeHead(500).end("<html>error</html>");
      return true;
    }
    const end = start + asked.limit;
    const more = end < found.length || habits.loop;
    const next = habits.overlap ? end - 1 : end;
    reply.writeHead(200, { "content-type": "application/geo+json" }).end(
      JSON.stringify({
        type: "FeatureCollection",
        features: page,
        numberMatched: found.length + (habits.claim ?? 0),
        links: more
          ? [
              {
                rel: "next",
                method: "POST",
                href: `${address()}/v1/search`,
                merge: false,
                body: { ...asked, next },
              },
            ]
          : [],
      }),
    );
    return true;
  };
}
