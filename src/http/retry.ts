import { ServiceError } from "../errors.js";
import type { Random } from "../random.js";
import { type Clock, systemClock } from "./clock.js";
import { type HttpFetch, type HttpReply, type HttpRequest, publicAddress } from "./http.js";

/** How failures are met. */
export interface RetryOptions {
  /** Spreads the waits of parallel workers. */
  readonly random: Random;
  readonly clock?: Clock;
  /** Attempts altogether (7). */
  readonly attempts?: number;
  /** The same failure so many times in a row ends the attempts (4). */
  readonly equalFailures?: number;
  /** Wait before the second attempt, doubled each time, milliseconds (500). */
  readonly firstWait?: number;
  /** Longest wait between attempts, a longer `Retry-After` ends them, milliseconds (120 000). */
  readonly longestWait?: number;
  /** {@link transientFault} by default. */
  readonly faultOf?: FaultOf;
}

/** What is wrong with a reply that the same request may not meet again, in words; null where nothing. */
export type FaultOf = (reply: HttpReply, request: HttpRequest) => string | null;

/** The fault of a status that passes: 408, 425, 429 and 5xx. */
export const transientFault: FaultOf = ({ status }) =>
  status === 408 || status === 425 || status === 429 || status >= 500 ? `answered ${status}` : null;

/**
 * Repeats a request that fails for a while: no complete reply, or one with a fault. Waits double
 * with jitter; a `Retry-After` (seconds or date) is kept to.
 *
 * @throws ServiceError with the last status when attempts are used up or the same failure repeats
 */
export function withRetry(fetch: HttpFetch, options: RetryOptions): HttpFetch {
  const {
    random,
    clock = systemClock,
    attempts = 7,
    equalFailures = 4,
    firstWait = 500,
    longestWait = 120_000,
    faultOf = transientFault,
  } = options;
  return async (request, context = {}) => {
    const address = publicAddress(request.url);
    let failure = "";
    let equal = 0;
    for (let attempt = 1; ; attempt++) {
      let status: number | null = null;
      let found: string | null;
      let asked: number | null = null;
      try {
        const reply = await fetch(request, context);
        found = faultOf(reply, request);
        if (found === null) return reply;
        status = reply.status;
        asked = retryAfter(reply, clock);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.status !== null) throw error;
        found = error.problem;
      }
      equal = found === failure ? equal + 1 : 1;
      failure = found;
      if (attempt >= attempts || equal >= equalFailures) {
        const times = equal === attempt ? `${attempt} times` : `last of ${attempt} attempts`;
        throw new ServiceError(address, `${failure}, ${times}`, status);
      }
      if (asked !== null && asked > longestWait) {
        const wait = `asks to wait ${Math.ceil(asked / 1000)} s`;
        throw new ServiceError(address, `${failure} and ${wait}, longer than a run waits`, status);
      }
      const backoff = Math.min(longestWait, firstWait * 2 ** (attempt - 1));
      const jitter = random.uniform();
      await clock.sleep(
        asked === null ? backoff * (0.5 + jitter / 2) : asked + firstWait * jitter,
        context.signal,
      );
    }
  };
}

/** Milliseconds that a reply asks to wait; null where it says nothing. */
function retryAfter({ headers }: HttpReply, clock: Clock): number | null {
  const value = headers["retry-after"];
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  return Number.isNaN(until) ? null : Math.max(0, until - clock.now());
}
