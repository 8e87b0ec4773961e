import type { Random } from "../random.js";

/** Changes to training series that their labels survive. */
export interface Augmentation {
  /** Every series is moved in time by up to so many days, earlier or later. */
  readonly jitterDays: number;
  /** Every series loses up to this share of its dates. */
  readonly dropDates: number;
}

/** Channels behind the measured ones: valid flag, sine and cosine of the day of the year. */
const timeChannels = 3;

/**
 * Changes series in place: values move in time by linear interpolation between neighbouring dates,
 * and dates are lost as missing ones are, all values and the valid flag 0.
 *
 * @param series [sample][date][channel]; the last three channels are valid flag, sine and cosine of the
 * day of the year
 */
export function augmentSeries(
  series: Float32Array,
  dates: number,
  channels: number,
  { jitterDays, dropDates }: Augmentation,
  random: Random,
): void {
  const size = dates * channels;
  for (let from = 0; from < series.length; from += size) {
    const one = series.subarray(from, from + size);
    if (jitterDays > 0) shift(one, channels, jitterDays * (2 * random.uniform() - 1));
    if (dropDates > 0) drop(one, channels, dropDates * random.uniform(), random);
  }
}

/** Gives every date the values of so many days later; before the first and after the last date they hold. */
function shift(series: Float32Array, channels: number, days: number): void {
  const before = series.slice();
  const dates = series.length / channels;
  const next = days > 0 ? 1 : -1;
  for (let date = 0; date < dates; date++) {
    const other = date + next;
    if (other < 0 || other >= dates) continue;
    const share = Math.min(1, Math.abs(days) / daysBetween(before, channels, date, other));
    for (let c = 0; c < channels - timeChannels; c++) {
      const [here, there] = [before[date * channels + c]!, before[other * channels + c]!];
      series[date * channels + c] = here + share * (there - here);
    }
  }
}

/** Days between two neighbouring dates of a series, by the angles of their days of the year. */
function daysBetween(series: Float32Array, channels: number, a: number, b: number): number {
  const angle = (date: number) => {
    const end = (date + 1) * channels;
    return Math.atan2(series[end - 2]!, series[end - 1]!);
  };
  const turn = Math.abs(angle(a) - angle(b)) / (2 * Math.PI);
  return 365 * Math.min(turn, 1 - turn);
}

function drop(series: Float32Array, channels: number, share: number, random: Random): void {
  for (let from = 0; from < series.length; from += channels) {
    if (random.uniform() < share) series.fill(0, from, from + channels - timeChannels + 1);
  }
}
