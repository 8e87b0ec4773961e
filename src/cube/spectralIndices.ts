import { UsageError } from "../errors.js";
import { bindIndices, indexSeries } from "./indices.js";

/** Reflectances (0-1) of one band, one a pixel or date. */
export type BandValues = ArrayLike<number>;

/** Bands by their Sentinel-2 names, arrays of one length. */
type Bands<Name extends string> = Readonly<Record<Name, BandValues>>;

/**
 * Normalised difference vegetation index, (B08 - B04) / (B08 + B04): near 0 on bare ground, above
 * 0.5 under dense green vegetation, below 0 on water (Rouse et al. 1974).
 *
 * @param bands reflectance 0-1 in near infrared (B08) and red (B04)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function ndvi(bands: Bands<"B08" | "B04">): Float64Array {
  return compute("NDVI", bands);
}

/**
 * Enhanced vegetation index, 2.5 (B08 - B04) / (B08 + 6 B04 - 7.5 B02 + 1): like {@link ndvi}, less
 * saturated in dense vegetation (Huete et al. 2002).
 *
 * @param bands reflectance 0-1 in near infrared (B08), red (B04) and blue (B02)
 * @returns values in -1..2; NaN where the denominator is below 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function evi(bands: Bands<"B08" | "B04" | "B02">): Float64Array {
  return compute("EVI", bands);
}

/**
 * Normalised difference water index, (B03 - B08) / (B03 + B08): above 0 on open water (McFeeters
 * 1996).
 *
 * @param bands reflectance 0-1 in green (B03) and near infrared (B08)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function ndwi(bands: Bands<"B03" | "B08">): Float64Array {
  return compute("NDWI", bands);
}

/**
 * Modified normalised difference water index, (B03 - B11) / (B03 + B11): above 0 on water and, with
 * the same formula known as NDSI, above 0.4 on snow (Xu 2006).
 *
 * @param bands reflectance 0-1 in green (B03) and short-wave infrared (B11)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function mndwi(bands: Bands<"B03" | "B11">): Float64Array {
  return compute("MNDWI", bands);
}

/**
 * Normalised difference moisture index, (B08 - B11) / (B08 + B11): water in leaves (Gao 1996).
 *
 * @param bands reflectance 0-1 in near infrared (B08) and short-wave infrared (B11)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function ndmi(bands: Bands<"B08" | "B11">): Float64Array {
  return compute("NDMI", bands);
}

/**
 * Normalised burn ratio 2, (B11 - B12) / (B11 + B12): burnt and dry surfaces are low.
 *
 * @param bands reflectance 0-1 in both short-wave infrared bands (B11, B12)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function nbr2(bands: Bands<"B11" | "B12">): Float64Array {
  return compute("NBR2", bands);
}

/**
 * Bare soil index, ((B11 + B04) - (B08 + B02)) / ((B11 + B04) + (B08 + B02)) (Rikimaru et al. 2002).
 *
 * @param bands reflectance 0-1 in short-wave infrared (B11), red (B04), near infrared (B08), blue (B02)
 * @returns values in -1..1; NaN where the bands add up to less than 1e-6
 * @throws UsageError when the arrays differ in length
 */
export function bsi(bands: Bands<"B11" | "B04" | "B08" | "B02">): Float64Array {
  return compute("BSI", bands);
}

/**
 * Brightness in the visible bands, sqrt((B02² + B03² + B04²) / 3).
 *
 * @param bands reflectance 0-1 in blue (B02), green (B03) and red (B04)
 * @returns reflectance 0-1
 * @throws UsageError when the arrays differ in length
 */
export function brightness(bands: Bands<"B02" | "B03" | "B04">): Float64Array {
  return compute("brightness", bands);
}

function compute(name: string, bands: Bands<string>): Float64Array {
  const names = Object.keys(bands).filter((band) => band !== name);
  const index = bindIndices(names).find((candidate) => candidate.name === name);
  if (index === undefined) {
    throw new UsageError("bands", `found ${names.join(", ") || "none"}, too few for ${name}`);
  }
  const values = names.map((band) => Float64Array.from(bands[band]!));
  const [first] = values;
  const odd = values.findIndex(({ length }) => length !== first!.length);
  if (odd > 0) {
    throw new UsageError(
      `bands.${names[odd]}`,
      `found ${values[odd]!.length} values, expected ${first!.length} as in ${names[0]}`,
    );
  }
  const out = new Float64Array(first!.length);
  indexSeries(index, values, out.length, out);
  return out;
}
