import type { Random } from "../random.js";
import type { Acquisition } from "./acquisitions.js";
import { dayOfYear, yearIndex } from "./calendar.js";
import { place, season, weatherYears } from "./constants.js";

/** Weather of one day over the whole region. */
export interface Weather {
  /** Height of the snow line on level ground, metres. */
  readonly snowLine: number;
  /** Moisture of the soil, 0-1. */
  readonly wetness: number;
  /** Days by which the season is late. */
  readonly late: number;
  /** Strength of the summer drought, 0-1. */
  readonly drought: number;
}

/** Linear in time between values at the starts of the months, closed over the year. */
function monthly(values: readonly number[], day: number): number {
  const position = (day / 365) * 12;
  const month = Math.floor(position) % 12;
  const share = position - Math.floor(position);
  return values[month]! * (1 - share) + values[(month + 1) % 12]! * share;
}

/** Share of a spring effect felt on a day: 1 from winter to the solstice, `autumn` from September on. */
export function springShare(day: number, autumn: number): number {
  const ramp = day < 180 ? 0 : day < 250 ? (day - 180) / 70 : day < 320 ? 1 : (405 - day) / 85;
  const late = day < 40 ? (40 - day) / 85 : ramp;
  return 1 + (autumn - 1) * late;
}

/** Late spring, drought and snow of the mapping year, and weather noise that lasts from date to date. */
export function simulateWeather(random: Random, acquisitions: readonly Acquisition[]): Weather[] {
  let wander = 0;
  return acquisitions.map(({ day }) => {
    const year = weatherYears[place.years[yearIndex(day)]!]!;
    const today = dayOfYear(day);
    wander = season.snowMemory * wander + season.snowNoise * random.normal();
    const bump = (today - season.droughtDay) / season.droughtWidth;
    return {
      snowLine: monthly(season.snowLine, today) + year.snowLine + wander,
      wetness: random.uniform(),
      late: year.late * springShare(today, season.lateInAutumn),
      drought: year.drought * Math.exp(-bump * bump),
    };
  });
}
