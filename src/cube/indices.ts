/** Normalised differences (a - b) / (a + b) of the default set. */
const differences: Readonly<Record<string, readonly [string, string]>> = {
  NDVI: ["B08", "B04"],
  NDWI: ["B03", "B08"],
  MNDWI: ["B03", "B11"],
  NDMI: ["B08", "B11"],
  NBR2: ["B11", "B12"],
};

const needs: Readonly<Record<string, readonly string[]>> = {
  ...differences,
  EVI: ["B08", "B04", "B02"],
  BSI: ["B11", "B04", "B08", "B02"],
  brightness: ["B02", "B03", "B04"],
};

/** The eight indices in their fixed order. */
export const indexNames: readonly string[] = [
  "NDVI",
  "EVI",
  "NDWI",
  "MNDWI",
  "NDMI",
  "NBR2",
  "BSI",
  "brightness",
];

/** Below this a denominator says nothing, reflectance. */
const leastDenominator = 1e-6;

/** An index bound to positions in a list of bands. */
export interface BoundIndex {
  readonly name: string;
  /** Whether the index is itself a stored band. */
  readonly stored: boolean;
  /** Positions of its bands, in the order of the formula. */
  readonly at: readonly number[];
}

/** The indices that a list of bands allows, a band with an index's name among them. */
export function bindIndices(bands: readonly string[]): BoundIndex[] {
  return indexNames.flatMap((name): BoundIndex[] => {
    const own = bands.indexOf(name);
    if (own >= 0) return [{ name, stored: true, at: [own] }];
    const at = needs[name]!.map((band) => bands.indexOf(band));
    return at.every((position) => position >= 0) ? [{ name, stored: false, at }] : [];
  });
}

/** Whether a band holds an index instead of reflectance, so that negative values are real. */
export function isIndexBand(band: string): boolean {
  return indexNames.includes(band);
}

/**
 * Value of an index from reflectance 0-1 (formulae: Awesome Spectral Indices; EVI with 6, 7.5, 1).
 * NaN where the denominator is below 1e-6; normalised differences are clamped to [-1, 1] and EVI
 * to [-1, 2].
 *
 * @param r reflectance of the bands that {@link bindIndices} was given
 */
export function indexValue({ name, stored, at }: BoundIndex, r: ArrayLike<number>): number {
  const a = r[at[0]!]!;
  if (stored) return a;
  const b = r[at[1]!]!;
  if (name === "brightness") {
    const c = r[at[2]!]!;
    return Math.sqrt((a * a + b * b + c * c) / 3);
  }
  if (name === "EVI") return ratio(2.5 * (a - b), a + 6 * b - 7.5 * r[at[2]!]! + 1, 2);
  if (name === "BSI") {
    const soil = a + b;
    const other = r[at[2]!]! + r[at[3]!]!;
    return ratio(soil - other, soil + other, 1);
  }
  return ratio(a - b, a + b, 1);
}

function ratio(numerator: number, denominator: number, upper: number): number {
  if (Math.abs(denominator) < leastDenominator) return Number.NaN;
  const value = numerator / denominator;
  return value < -1 ? -1 : Math.min(value, upper);
}
