import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../errors.js";
import { parseCsv } from "../table/csv.js";
import { corrections, season, variation } from "./constants.js";
import { sharedFloats } from "./shared.js";
import { surfaceTypes } from "./surfaceTypes.js";

/** Sentinel-2 bands in the order of every spectrum here. */
export const bandNames = Object.freeze([
  "B02",
  "B03",
  "B04",
  "B05",
  "B06",
  "B07",
  "B08",
  "B8A",
  "B11",
  "B12",
]);

/** Number of bands of a spectrum. */
export const bandCount = 10;

/** Days of the table of curves. */
export const daysPerYear = 365;

/** Middle of the months, day of the year (phenology.csv). */
const monthMiddle = [15, 46, 74.5, 105, 135.5, 166, 196.5, 227.5, 258, 288.5, 319, 349.5];

/** Spread of stands around the curve of their type, ln reflectance unless said. */
export interface Spread {
  /** Three offset components by band. */
  readonly components: readonly (readonly number[])[];
  readonly rest: readonly number[];
  /** Standard deviation of the shift of the season, days. */
  readonly phase: number;
  /** Standard deviation of the share of the seasonal swing. */
  readonly amplitude: number;
}

/** Curves of all surface types over shared memory. */
export interface Spectra {
  /** ln reflectance [type][day 0-364][band], snow-free. */
  readonly curves: Float32Array;
  /** Yearly mean of ln reflectance [type][band]. */
  readonly means: Float32Array;
  readonly spreads: readonly Spread[];
  /** Reflectance of dried-out ground and of fresh snow by band. */
  readonly dry: readonly number[];
  readonly snow: readonly number[];
}

type Months = number[][];

interface VariationEntry {
  readonly points: number;
  readonly offset_pc?: number[][];
  readonly offset_rest_sd?: number[];
  readonly phase_sd_days?: number;
  readonly amplitude_sd?: number;
}

/**
 * Reads `phenology.csv` and `variation.json` and makes the curve of every surface type.
 *
 * @param folder folder with the two tables
 * @throws FileError when a class, month or band is missing
 */
export async function readSpectra(folder: string): Promise<Spectra> {
  const phenology = join(folder, "phenology.csv");
  const measured = readMonths(parseCsv(await readText(phenology), phenology));
  const months = (key: string): Months => {
    const found = measured.get(key);
    if (!found || found.some((row) => row.some((value) => !(value > 0)))) {
      throw new FileError(phenology, `no complete curve of ${key}, expected 12 months x 10 bands`);
    }
    return found;
  };
  const curveOf = correctedCurves(months);
  const curves = sharedFloats(surfaceTypes.length * daysPerYear * bandCount);
  const means = sharedFloats(surfaceTypes.length * bandCount);
  surfaceTypes.forEach(({ mix }, index) => {
    const parts = Object.entries(mix).map(([key, share]) => ({ values: curveOf(key), share }));
    const mixed = monthMiddle.map((_, m) =>
      bandNames.map((_, b) =>
        Math.log(parts.reduce((sum, { values, share }) => sum + share * values[m]![b]!, 0)),
      ),
    );
    for (let day = 0; day < daysPerYear; day++) {
      for (let b = 0; b < bandCount; b++) {
        const value = seasonal(mixed, day, b);
        curves[(index * daysPerYear + day) * bandCount + b] = value;
        means[index * bandCount + b] = means[index * bandCount + b]! + value / daysPerYear;
      }
    }
  });
  return {
    curves,
    means,
    spreads: await readSpreads(join(folder, "variation.json")),
    dry: months("Bare")[7]!,
    snow: months("Snow/fresh snow")[0]!,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new FileError(path, "cannot be read, expected a table of the spectra folder", { cause });
  }
}

/** Reflectance by class key, month and band. */
function readMonths(rows: Record<string, string>[]): Map<string, Months> {
  const table = new Map<string, Months>();
  for (const row of rows) {
    const band = bandNames.indexOf(row.band!);
    if (band < 0) continue;
    const key = row.subtype ? `${row.class}/${row.subtype}` : row.class!;
    const months =
      table.get(key) ?? Array.from({ length: 12 }, () => new Array<number>(10).fill(0));
    months[Number(row.month) - 1]![band] = Number(row.curve) / 10_000;
    table.set(key, months);
  }
  return table;
}

/** The measured curves with the corrections of constants.ts and the two derived ones. */
function correctedCurves(months: (key: string) => Months): (key: string) => Months {
  const { haze, darkest, leafless, dolomite, river } = corrections;
  return (key) => {
    if (key === "Water/river") return monthMiddle.map(() => [...river]);
    if (key === "Rocks/bright") return months("Rocks").map((row) => row.map((v) => v * dolomite));
    const clear = months(key).map((row) =>
      row.map((value, b) => {
        const excess = haze.find(([name, band]) => name === key && band === b)?.[2] ?? 0;
        return Math.max(darkest, value - excess);
      }),
    );
    if (key !== "Broadleaves") return clear;
    const ground = months("Bare");
    return clear.map((row, m) =>
      row.map((value, b) => (1 - leafless[m]!) * value + leafless[m]! * ground[m]![b]!),
    );
  };
}

/** Linear interpolation between the middles of the months over a closed year. */
function seasonal(months: Months, day: number, band: number): number {
  let next = monthMiddle.findIndex((middle) => middle > day);
  if (next < 0) next = 12;
  const at = (m: number) => monthMiddle[(m + 12) % 12]! + (m < 0 ? -365 : m > 11 ? 365 : 0);
  const share = (day - at(next - 1)) / (at(next) - at(next - 1));
  return months[(next + 11) % 12]![band]! * (1 - share) + months[next % 12]![band]! * share;
}

/** Spreads by surface type; classes of fewer than 12 points borrow the pooled offsets (README of the spectra). */
async function readSpreads(path: string): Promise<Spread[]> {
  const classes = (JSON.parse(await readText(path)) as { classes: Record<string, VariationEntry> })
    .classes;
  return surfaceTypes.map(({ variation: key }) => {
    const own = classes[key];
    const offsets = own && own.points >= 12 ? own : classes.pooled;
    if (!own || !offsets?.offset_pc || !offsets.offset_rest_sd) {
      throw new FileError(path, `classes.${key} is missing or has no offset_pc`);
    }
    return {
      components: offsets.offset_pc,
      rest: offsets.offset_rest_sd,
      phase: Math.min(own.phase_sd_days ?? 0, season.phaseCap),
      amplitude: Math.min(own.amplitude_sd ?? 0, season.amplitudeCap),
    };
  });
}

/** Standard deviation of a stand's offset by band that a spread stands for, before draws are cut. */
export function offsetDeviation({ components, rest }: Spread): number[] {
  return bandNames.map((_, b) =>
    Math.sqrt(components.reduce((sum, pc) => sum + pc[b]! ** 2, rest[b]! ** 2)),
  );
}

/** A normal deviate without far tails. */
export function cutNormal(normal: () => number): number {
  return Math.max(-variation.cut, Math.min(variation.cut, normal()));
}
