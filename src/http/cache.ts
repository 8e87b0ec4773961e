import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { type Clock, systemClock } from "./clock.js";
import type { HttpFetch, HttpRequest } from "./http.js";

/** Where replies are kept and how long they serve. */
export interface CacheOptions {
  readonly folder: string;
  /** Milliseconds after which a kept reply is asked for again. */
  readonly maxAge: number;
  readonly clock?: Clock;
}

/**
 * Keeps the bodies of replies with status 200 in a folder, under a checksum of method, address and
 * body. It stands before any wrapper that adds credentials, so neither keys nor what they open are
 * stored under a name or in a file header.
 */
export function withCache(
  fetch: HttpFetch,
  { folder, maxAge, clock = systemClock }: CacheOptions,
): HttpFetch {
  return async (request, options) => {
    const path = join(folder, `${requestKey(request)}.reply`);
    const kept = await stat(path).catch(() => null);
    if (kept && clock.now() - kept.mtimeMs <= maxAge) {
      return { status: 200, headers: {}, body: await readFile(path) };
    }
    const reply = await fetch(request, options);
    if (reply.status === 200) await writeFileAtomic(path, reply.body);
    return reply;
  };
}

function requestKey({ method = "GET", url, headers = {}, body = "" }: HttpRequest): string {
  const parts = JSON.stringify([method, url, headers.range ?? "", body]);
  return createHash("sha256").update(parts).digest("hex");
}
