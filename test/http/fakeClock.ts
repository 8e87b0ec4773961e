import type { Clock } from "../../src/http/clock.js";

/** A clock whose sleeps end at once and move its time on. */
export interface FakeClock extends Clock {
  readonly slept: number[];
  time: number;
}

export function fakeClock(time = Date.UTC(2024, 0, 1)): FakeClock {
  const slept: number[] = [];
  return {
    slept,
    time,
    now() {
      return this.time;
    },
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      this.time += milliseconds;
    },
  };
}
