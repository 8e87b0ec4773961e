import { GROUPS } from "./coverGroups.js";
import { groupTransitions } from "./transitions.js";

/** Moves between groups that were seen around every pixel. */
export interface SeenMoves {
  /** [pixel][pair of years][from x to]. */
  readonly counts: Float32Array;
  /** Weight of the model's own rates beside them, in pixels. */
  readonly trust: number;
}

/** How the groups of a region move. */
export interface GroupRates {
  /** Probability that a group changes from one year to the next, and that an event fells forest. */
  readonly rates: { readonly group: number; readonly event: number };
  /** For every pair of years 1 [pixel] where an event lies between them; null where none does. */
  readonly events: readonly (Uint8Array | null)[];
  /** Matrix [from][to] for every pair of years instead of the stated rates, see `fitGroupMoves`. */
  readonly fittedMoves?: readonly Float64Array[] | undefined;
}

/** Transition matrices of the groups at a pixel, one for every pair of years. */
export type GroupMoves = (pixel: number) => readonly Float64Array[];

const SIZE = GROUPS.length;
const CELLS = SIZE * SIZE;

/** The usual matrix of the groups for every pair of years, and that of an event. */
export function moveMatrices({ rates, events, fittedMoves }: GroupRates): {
  readonly usual: readonly Float64Array[];
  readonly event: Float64Array;
} {
  const stated = groupTransitions(rates.group, null);
  const usual = events.map((_, y) => fittedMoves?.[y] ?? stated);
  return { usual, event: groupTransitions(rates.group, rates.event) };
}

/**
 * The usual moves everywhere, and those of an event where and when one is stated; with `seen`, the
 * moves seen around each pixel beside them. The answer for a pixel is overwritten by the next one.
 */
export function groupMoves(model: GroupRates, seen: SeenMoves | null = null): GroupMoves {
  const { events } = model;
  const { usual, event } = moveMatrices(model);
  const out = [...usual];
  const own = events.map(() => new Float64Array(CELLS));
  return (pixel) => {
    for (let y = 0; y < events.length; y++) {
      const stated = events[y]?.[pixel] === 1 ? event : usual[y]!;
      out[y] = seen === null ? stated : own[y]!;
      if (seen !== null) learnedMoves(stated, seen, (pixel * events.length + y) * CELLS, own[y]!);
    }
    return out;
  };
}

/** Transitions from the moves seen from `at` on, beside `trust` pixels that move as stated. */
export function learnedMoves(
  stated: Float64Array,
  { counts, trust }: { readonly counts: ArrayLike<number>; readonly trust: number },
  at: number,
  out: Float64Array,
): void {
  for (let first = 0; first < CELLS; first += SIZE) {
    let total = trust;
    for (let cell = first; cell < first + SIZE; cell++) total += counts[at + cell]!;
    const factor = 1 / total;
    for (let cell = first; cell < first + SIZE; cell++) {
      out[cell] = (trust * stated[cell]! + counts[at + cell]!) * factor;
    }
  }
}
