import { bandNames } from "../../src/simulate/spectra.js";
import { readCsv } from "../../src/table/csv.js";

/** Classes that the labels of the points tell apart. */
export const pointClasses = ["Crops", "Grass", "Shrubland", "Forest", "Bare", "Artificial"];

/** Middle of the months, day of the year. */
export const monthMiddle = [15, 46, 74.5, 105, 135.5, 166, 196.5, 227.5, 258, 288.5, 319, 349.5];

/** Bands that all points have, by index. */
export const pointBands = bandNames.flatMap((name, b) => (name === "B8A" ? [] : [b]));

/** A clear value of a point: day of the year and reflectance by `pointBands`. */
interface Step {
  readonly day: number;
  readonly values: number[];
}

/** A real series, monthly: [month][band]. */
export interface RealPoint {
  readonly label: number;
  readonly months: number[][];
}

/** Quantile with linear interpolation. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

/** Values at the middles of the months, linear in time over a closed year; not a number in longer gaps (days). */
function monthly(steps: readonly Step[], gap: number): number[][] {
  const around = [-365, 0, 365].flatMap((shift) =>
    steps.map(({ day, values }) => ({ day: day + shift, values })),
  );
  return monthMiddle.map((day) => {
    const next = around.findIndex((step) => step.day >= day);
    const [a, b] = [around[next - 1]!, around[next]!];
    if (b.day - a.day > gap) return a.values.map(() => Number.NaN);
    const share = b.day > a.day ? (day - a.day) / (b.day - a.day) : 0;
    return a.values.map((value, k) => value + share * (b.values[k]! - value));
  });
}

const ndvi = (values: readonly number[]) => (values[6]! - values[2]!) / (values[6]! + values[2]!);

/** Whether a woody point is a forest by its own series: the leaf rule of the README of the spectra. */
function isForest(steps: readonly Step[], code: number, inCurves: boolean): boolean {
  const months = monthly(steps, 75);
  const median = (list: number[], of: (values: number[]) => number) =>
    quantileOf(
      list.map((m) => of(months[m]!)).filter((value) => !Number.isNaN(value)),
      0.5,
    );
  const summer = [5, 6, 7];
  const green = median(summer, ndvi);
  const nir = median(summer, (values) => values[6]!);
  const swing = green - median([0, 1, 2, 10, 11], ndvi);
  const dark = median(summer, (values) => values[7]!) / nir < 0.75;
  // A point without a winter has no swing: it is not held against either leaf type.
  if (green >= 0.65 && nir >= 0.27 && !(swing < 0.2)) return inCurves && code !== 13;
  return green >= 0.55 && nir < 0.27 && dark && !(swing >= 0.2);
}

/**
 * Class of a point by the choice behind `phenology.csv`, -1 for none. As in the check of its README
 * hedges are left out: small broadleaves, labelled shrubland.
 */
function classOf(row: Readonly<Record<string, string>>, steps: readonly Step[]): number {
  const [code, cover, crop, lat] = [row.code, row.worldcover, row.crop, row.lat].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const inCurves = lat >= 43 && lat <= 55;
  const permanent = (crop >= 3000 && crop <= 3999) || crop === 4420;
  if (inCurves && code === 11 && cover === 40) return 0;
  if (lat >= 40 && lat <= 55 && code === 12 && permanent) return 0;
  if (inCurves && code === 13 && cover === 30) return 1;
  if (code === 30 && lat >= 42 && (cover === 20 || cover === 30)) return 2;
  const woody = cover === 10 && [13, 40, 41, 42, 99].includes(code);
  if (woody && isForest(steps, code, inCurves)) return 3;
  if (code === 50 && cover === 60) return 4;
  return inCurves && code === 60 && (cover === 50 || cover === 60) ? 5 : -1;
}

/** Drops steps brighter in the blue than the dark half of their class allows: leftover cloud. */
function dropCloud(series: Step[][]): Step[][] {
  let kept = series;
  for (let round = 0; round < 3; round++) {
    const blue = kept.flatMap((steps) => steps.map(({ values }) => Math.log(values[0]!)));
    const quarter = quantileOf(blue, 0.25);
    const limit = quarter + (3.674 * (quarter - quantileOf(blue, 0.05))) / 0.971;
    kept = kept.map((steps) => steps.filter(({ values }) => Math.log(values[0]!) <= limit));
  }
  return kept.filter((steps) => steps.length >= 3);
}

/** The clear European points (35-60 N, 12 W to 42 E) among those behind the class curves. */
export async function readRealPoints(path: string): Promise<RealPoint[]> {
  const byId = new Map<string, Record<string, string>[]>();
  for (const row of await readCsv(path)) {
    byId.set(row.id!, [...(byId.get(row.id!) ?? []), row]);
  }
  const byClass = pointClasses.map((): Step[][] => []);
  for (const rows of byId.values()) {
    const [lat, lon] = [Number(rows[0]!.lat), Number(rows[0]!.lon)];
    if (lat < 35 || lat > 60 || lon < -12 || lon > 42) continue;
    const names = pointBands.map((b) => bandNames[b]!);
    const steps = rows
      .filter((row) => row.flag === "0" && names.every((name) => row[name] !== ""))
      .map((row) => ({
        day: Number(row.doy),
        values: names.map((name) => Number(row[name]) / 10_000),
      }))
      .sort((a, b) => a.day - b.day);
    if (steps.length < 4) continue;
    const label = classOf(rows[0]!, steps);
    if (label >= 0) byClass[label]!.push(steps);
  }
  return byClass.flatMap((series, label) =>
    dropCloud(series).map((steps) => ({ label, months: monthly(steps, 365) })),
  );
}

/** Monthly bands and NDVI, and their 10, 25, 50, 75 and 90 % quantiles over the year. */
export function seriesFeatures(months: readonly (readonly number[])[]): number[] {
  const rows = months.map((values) => [...values, ndvi(values)]);
  const quantiles = rows[0]!.flatMap((_, k) =>
    [0.1, 0.25, 0.5, 0.75, 0.9].map((share) =>
      quantileOf(
        rows.map((row) => row[k]!),
        share,
      ),
    ),
  );
  return [...rows.flat(), ...quantiles];
}
