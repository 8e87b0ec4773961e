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

type Kind = "stored" | "difference" | "evi" | "soil" | "brightness";

/** An index bound to positions in a list of bands. */
export interface BoundIndex {
  readonly name: string;
  /** `stored` where the index is itself a band. */
  readonly kind: Kind;
  /** Positions of its bands, in the order of the formula; unused ones repeat the first. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** The indices that a list of bands allows, a band with an index's name among them. */
export function bindIndices(bands: readonly string[]): BoundIndex[] {
  return indexNames.flatMap((name): BoundIndex[] => {
    const own = bands.indexOf(name);
    if (own >= 0) return [{ name, kind: "stored", a: own, b: own, c: own, d: own }];
    const [a = -1, b = a, c = a, d = a] = needs[name]!.map((band) => bands.indexOf(band));
    if (Math.min(a, b, c, d) < 0) return [];
    return [{ name, kind: special[name] ?? "difference", a, b, c, d }];
  });
}

const special: Readonly<Record<string, Kind>> = {
  EVI: "evi",
  BSI: "soil",
  brightness: "brightness",
};

/** Whether a band holds an index instead of reflectance, so that negative values are real. */
export function isIndexBand(band: string): boolean {
  return indexNames.includes(band);
}

/**
 * Values of an index from reflectance 0-1 (formulae: Awesome Spectral Indices; EVI with 6, 7.5, 1).
 * NaN where the denominator is below 1e-6; normalised differences are clamped to [-1, 1] and EVI
 * to [-1, 2].
 *
 * @param r for each band that {@link bindIndices} was given, its reflectance on `count` dates
 */
export function indexSeries(
  index: BoundIndex,
  r: readonly Float64Array[],
  count: number,
  out: Float64Array,
): void {
  const a = r[index.a]!;
  const b = r[index.b]!;
  const c = r[index.c]!;
  const d = r[index.d]!;
  switch (index.kind) {
    case "difference":
      for (let i = 0; i < count; i++) out[i] = ratio(a[i]! - b[i]!, a[i]! + b[i]!, 1);
      break;
    case "evi":
      for (let i = 0; i < count; i++) {
        out[i] = ratio(2.5 * (a[i]! - b[i]!), a[i]! + 6 * b[i]! - 7.5 * c[i]! + 1, 2);
      }
      break;
    case "soil":
      for (let i = 0; i < count; i++) {
        const soil = a[i]! + b[i]!;
        const other = c[i]! + d[i]!;
        out[i] = ratio(soil - other, soil + other, 1);
      }
      break;
    case "brightness":
      for (let i = 0; i < count; i++) {
        out[i] = Math.sqrt((a[i]! * a[i]! + b[i]! * b[i]! + c[i]! * c[i]!) / 3);
      }
      break;
    case "stored":
      out.set(a.subarray(0, count));
  }
}

function ratio(numerator: number, denominator: number, upper: number): number {
  if (Math.abs(denominator) < leastDenominator) return Number.NaN;
  const value = numerator / denominator;
  return value < -1 ? -1 : Math.min(value, upper);
}
