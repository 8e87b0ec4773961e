/** Days on either side of a grid date in which a valid observation sets its flag. */
export const flagDays = 9;

/** Observations of one pixel's surroundings in time and the dates that they are brought to. */
export interface FillPlan {
  /** Days of the observations, ascending, in the count of `dates`. */
  readonly days: Int32Array;
  /** Side of the events that an observation lies on; -1 = on the day of an event, not used. */
  readonly segments: Int16Array;
  /** Grid dates, ascending. */
  readonly dates: Int32Array;
  /** Side of the events that a date lies on. */
  readonly dateSegments: Int16Array;
}

/** Where the values of a run of pixels come from, [date][pixel]. */
export interface FillWeights {
  /** Pixels of the run. */
  readonly run: number;
  /** Place in [scene][pixel] of the observation before or on the date, -1 = nothing to fill from. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Weight of `right`, 0-1. */
  readonly weight: Float64Array;
  readonly flags: Uint8Array;
}

/** Empty weights for a number of dates and a run of pixels. */
export function createWeights(dates: number, run = 1): FillWeights {
  return {
    run,
    left: new Int32Array(dates * run),
    right: new Int32Array(dates * run),
    weight: new Float64Array(dates * run),
    flags: new Uint8Array(dates * run),
  };
}

/**
 * A plan from days and events. An event divides time: a date is filled from observations of its
 * own side only.
 *
 * @param events days of the events, ascending; a date on the day of an event belongs to its far side
 */
export function planFill(days: Int32Array, dates: Int32Array, events: readonly number[]): FillPlan {
  const side = (day: number) => events.filter((event) => event <= day).length;
  return {
    days,
    segments: Int16Array.from(days, (day) => (events.includes(day) ? -1 : side(day))),
    dates,
    dateSegments: Int16Array.from(dates, side),
  };
}

/**
 * Linear fill of the grid dates of one pixel of a run: between the nearest valid observations
 * before and after a date, the nearest one alone where there is none on the other side.
 *
 * @param valid usability of the observations, [scene][pixel], 1 = valid
 * @param pixel number inside the run
 * @returns whether every date has a value
 */
export function fillWeights(
  plan: FillPlan,
  valid: Uint8Array,
  pixel: number,
  out: FillWeights,
): boolean {
  const { days, segments, dates, dateSegments } = plan;
  const { run } = out;
  const count = days.length;
  const usable = (scene: number) => valid[scene * run + pixel] === 1 && segments[scene]! >= 0;
  let before = -1;
  let next = 0;
  let after = 0;
  let complete = true;
  for (let i = 0, to = pixel; i < dates.length; i++, to += run) {
    const date = dates[i]!;
    const segment = dateSegments[i]!;
    for (; next < count && days[next]! <= date; next++) {
      if (usable(next)) before = next;
    }
    if (after < next) after = next;
    while (after < count && !usable(after)) after++;
    const hasLeft = before >= 0 && segments[before] === segment;
    const hasRight = after < count && segments[after] === segment;
    if (!hasLeft && !hasRight) {
      out.left[to] = -1;
      out.right[to] = -1;
      out.flags[to] = 0;
      complete = false;
      continue;
    }
    const left = hasLeft ? before : after;
    const right = hasRight && days[left] !== date ? after : left;
    out.left[to] = left * run + pixel;
    out.right[to] = right * run + pixel;
    const span = days[right]! - days[left]!;
    out.weight[to] = span > 0 ? (date - days[left]!) / span : 0;
    const distance = Math.min(
      hasLeft ? date - days[before]! : Number.POSITIVE_INFINITY,
      hasRight ? days[after]! - date : Number.POSITIVE_INFINITY,
    );
    out.flags[to] = distance <= flagDays ? 1 : 0;
  }
  return complete;
}

/**
 * Fills one band of the first pixels of a run: observations to rounded values of the dates.
 *
 * @param observations [scene][pixel]
 * @param out receives date d of pixel i at `start + d * stride + i`
 */
export function fillBand(
  { run, left, right, weight }: FillWeights,
  pixels: number,
  observations: Int16Array,
  missing: number,
  out: Int16Array,
  start: number,
  stride: number,
): void {
  for (let from = 0, to = start; from < left.length; from += run, to += stride) {
    for (let i = 0; i < pixels; i++) {
      const place = left[from + i]!;
      if (place < 0) {
        out[to + i] = missing;
        continue;
      }
      const low = observations[place]!;
      const high = observations[right[from + i]!]!;
      // Like Math.round, which takes a branch that goes either way.
      out[to + i] = Math.floor(low + weight[from + i]! * (high - low) + 0.5);
    }
  }
}
