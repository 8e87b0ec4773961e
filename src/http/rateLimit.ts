import { type Clock, systemClock } from "./clock.js";
import type { HttpFetch } from "./http.js";

/** What one host is spared. */
export interface RateLimit {
  /** Requests under way at a time. */
  readonly connections: number;
  /** Requests started a second. */
  readonly perSecond: number;
}

/**
 * Keeps to a number of connections and of requests a second with every host; requests wait in the
 * order they came.
 *
 * @param limitOf limit of a host name
 */
export function withRateLimit(
  fetch: HttpFetch,
  limitOf: (host: string) => RateLimit,
  clock: Clock = systemClock,
): HttpFetch {
  const gates = new Map<string, Gate>();
  return async (request, options = {}) => {
    const { host } = new URL(request.url);
    let gate = gates.get(host);
    if (!gate) {
      gate = new Gate(limitOf(host), clock);
      gates.set(host, gate);
    }
    await gate.enter(options.signal);
    try {
      return await fetch(request, options);
    } finally {
      gate.leave();
    }
  };
}

class Gate {
  #free: number;
  #nextStart = 0;
  readonly #waiting: (() => void)[] = [];
  constructor(
    readonly limit: RateLimit,
    readonly clock: Clock,
  ) {
    this.#free = limit.connections;
  }

  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    const now = this.clock.now();
    const start = Math.max(now, this.#nextStart);
    this.#nextStart = start + 1000 / this.limit.perSecond;
    try {
      if (start > now) await this.clock.sleep(start - now, signal);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }

  #turn(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal!.reason);
      };
      this.#waiting.push(take);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }
}
