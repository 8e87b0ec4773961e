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

/** Where the value of every date comes from. */
export interface FillWeights {
  /** Observation before or on the date, -1 = nothing to fill from. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Weight of `right`, 0-1. */
  readonly weight: Float64Array;
  readonly flags: Uint8Array;
}

/** Empty weights for a number of dates. */
export function createWeights(dates: number): FillWeights {
  return {
    left: new Int32Array(dates),
    right: new Int32Array(dates),
    weight: new Float64Array(dates),
    flags: new Uint8Array(dates),
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
 * Linear fill of the grid dates of one pixel: between the nearest valid observations before and
 * after a date, the nearest one alone where there is none on the other side.
 *
 * @param valid usability of the observations, 1 = valid
 * @returns whether every date has a value
 */
export function fillWeights(plan: FillPlan, valid: Uint8Array, out: FillWeights): boolean {
  const { days, segments, dates, dateSegments } = plan;
  const count = days.length;
  let before = -1;
  let next = 0;
  let complete = true;
  for (let i = 0; i < dates.length; i++) {
    const date = dates[i]!;
    const segment = dateSegments[i]!;
    for (; next < count && days[next]! <= date; next++) {
      if (valid[next] && segments[next]! >= 0) before = next;
    }
    let after = next;
    while (after < count && !(valid[after] && segments[after]! >= 0)) after++;
    const hasLeft = before >= 0 && segments[before] === segment;
    const hasRight = after < count && segments[after] === segment;
    if (!hasLeft && !hasRight) {
      out.left[i] = -1;
      out.right[i] = -1;
      out.flags[i] = 0;
      complete = false;
      continue;
    }
    const left = hasLeft ? before : after;
    const right = hasRight && days[left] !== date ? after : left;
    out.left[i] = left;
    out.right[i] = right;
    const span = days[right]! - days[left]!;
    out.weight[i] = span > 0 ? (date - days[left]!) / span : 0;
    const distance = Math.min(
      hasLeft ? date - days[before]! : Number.POSITIVE_INFINITY,
      hasRight ? days[after]! - date : Number.POSITIVE_INFINITY,
    );
    out.flags[i] = distance <= flagDays ? 1 : 0;
  }
  return complete;
}

/** Fills one band: values of the observations to rounded values of the dates. */
export function fillBand(
  weights: FillWeights,
  observations: Int16Array,
  offset: number,
  missing: number,
  out: Int16Array,
): void {
  const { left, right, weight } = weights;
  for (let i = 0; i < out.length; i++) {
    if (left[i]! < 0) {
      out[i] = missing;
      continue;
    }
    const low = observations[offset + left[i]!]!;
    out[i] = Math.round(low + weight[i]! * (observations[offset + right[i]!]! - low));
  }
}
