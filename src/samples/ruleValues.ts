import type { Cube } from "../cube/cube.js";
import type { RuleValues } from "./classRules.js";

/**
 * Values of the class rules at some pixels of one year; null for an index that the region lacks.
 *
 * @param features the year's percentile features [feature][pixel]
 */
export async function ruleValues(
  cube: CleaningCube,
  year: number,
  features: Float32Array,
): Promise<(pixels: Uint32Array) => RuleValues> {
  const { snowShare, waterShare, medianNdvi, medianMndwi } = await cube.year(year).readRules();
  const all = features.length / cube.features.length;
  const has = (index: string) => cube.features.includes(`${index}_p50`);
  const high = cube.features.indexOf("NDVI_p90");
  const at = (plane: Float32Array, pixels: Uint32Array) =>
    Float32Array.from(pixels, (pixel) => plane[pixel]!);
  return (pixels) => ({
    ndvi: has("NDVI") ? at(medianNdvi, pixels) : null,
    highNdvi: high >= 0 ? at(features.subarray(high * all, (high + 1) * all), pixels) : null,
    mndwi: has("MNDWI") ? at(medianMndwi, pixels) : null,
    snowShare: has("MNDWI") ? at(snowShare, pixels) : null,
    waterShare: has("MNDWI") ? at(waterShare, pixels) : null,
  });
}

/** The part of a cube that cleaning reads. */
export interface CleaningCube {
  readonly features: Cube["features"];
  year(
    year: number,
  ): Pick<ReturnType<Cube["year"]>, "readFeatures" | "readRules" | "readValidCount">;
}
