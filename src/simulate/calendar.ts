import { place } from "./constants.js";

const millisecondsPerDay = 86_400_000;

/** Days since 1 January 1970 of an ISO date. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / millisecondsPerDay);
}

/** ISO date of a day number. */
export function isoDate(day: number): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10);
}

/** Day of the year, 0 on 1 January. */
export function dayOfYear(day: number): number {
  return day - dayNumber(`${isoDate(day).slice(0, 4)}-01-01`);
}

/** Position in `place.years` of the mapping year (1 November on) of a day; earlier and later days count to the ends. */
export function yearIndex(day: number): number {
  const date = isoDate(day);
  const year = Number(date.slice(0, 4)) + (date.slice(5) >= "11-01" ? 1 : 0);
  return Math.min(place.years.length - 1, Math.max(0, year - place.years[0]!));
}

/** Position in `place.years` of the land cover seen on a day: the storm of 28 October 2018 comes before the mapping year. */
export function coverIndex(day: number): number {
  return day >= dayNumber("2018-10-29") && day < dayNumber("2018-11-01") ? 1 : yearIndex(day);
}

/** Direction of the sun over the region. */
export interface Sun {
  /** Sine and cosine of the height above the horizon. */
  readonly sine: number;
  readonly cosine: number;
  /** Radians clockwise from north. */
  readonly azimuth: number;
}

/** Position of the sun (declination of Cooper 1969, no equation of time). @param hour UTC */
export function sunPosition(day: number, hour: number): Sun {
  const declination =
    ((23.45 * Math.PI) / 180) * Math.sin((2 * Math.PI * (285 + dayOfYear(day))) / 365);
  const latitude = (place.latitude * Math.PI) / 180;
  const angle = ((hour + place.longitude / 15 - 12) * Math.PI) / 12;
  const sine =
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(angle);
  const azimuth =
    Math.PI +
    Math.atan2(
      Math.sin(angle),
      Math.cos(angle) * Math.sin(latitude) - Math.tan(declination) * Math.cos(latitude),
    );
  return { sine, cosine: Math.sqrt(1 - sine * sine), azimuth };
}
