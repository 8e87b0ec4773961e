import { bindIndices, indexSeries } from "./indices.js";
import { sortedPercentile, sortFirst } from "./percentile.js";
import type { YearPlan } from "./yearPlan.js";

/** Percentiles of the features, and how their names end. */
const percentiles = [
  ["p10", 0.1],
  ["p50", 0.5],
  ["p90", 0.9],
] as const;

/** MNDWI (= NDSI) above which a date counts as snow, and above which as water. */
const snowThreshold = 0.4;
const waterThreshold = 0;

/** Feature names that a list of bands allows. */
export function featureNames(bands: readonly string[]): string[] {
  return bindIndices(bands).flatMap(({ name }) => percentiles.map(([end]) => `${name}_${end}`));
}

/** Statistics of one pixel and year. */
export interface PixelStatistics {
  /** In the order of {@link featureNames}; NaN without a valid date. */
  readonly features: Float64Array;
  validCount: number;
  snowShare: number;
  waterShare: number;
}

/** Computes {@link PixelStatistics} over and over in the same memory. */
export interface StatisticsEngine {
  readonly result: PixelStatistics;
  /**
   * @param values observations times 10 000, band b of scene s at offset + b * stride + s
   * @param valid usability of the year's scenes
   */
  run(
    plan: YearPlan,
    pattern: number,
    valid: Uint8Array,
    values: Int16Array,
    offset: number,
    stride: number,
  ): void;
}

/** An engine for a list of bands. */
export function createStatistics(bands: readonly string[], mostScenes: number): StatisticsEngine {
  const indices = bindIndices(bands);
  const water = indices.findIndex(({ name }) => name === "MNDWI");
  const reflectance = bands.map(() => new Float64Array(mostScenes));
  const summer = new Uint8Array(mostScenes);
  const values = new Float64Array(mostScenes);
  const features = new Float64Array(indices.length * percentiles.length);
  const result: PixelStatistics = { features, validCount: 0, snowShare: 0, waterShare: 0 };
  /** Brings the counted observations together, band by band; returns their number. */
  const collect: Collect = (plan, pattern, valid, stored, offset, stride) => {
    const counted = plan.counted[pattern]!;
    let dates = 0;
    for (let s = 0; s < counted.length; s++) {
      if (!counted[s] || !valid[s]) continue;
      for (let b = 0, at = offset + s; b < reflectance.length; b++, at += stride) {
        reflectance[b]![dates] = stored[at]! * 1e-4;
      }
      summer[dates++] = plan.summer[s]!;
    }
    return dates;
  };
  return {
    result,
    run(plan, pattern, valid, stored, offset, stride) {
      const dates = collect(plan, pattern, valid, stored, offset, stride);
      result.validCount = dates;
      result.snowShare = Number.NaN;
      result.waterShare = Number.NaN;
      for (let k = 0; k < indices.length; k++) {
        indexSeries(indices[k]!, reflectance, dates, values);
        if (k === water && dates > 0) waterAndSnow(values, summer, dates, result);
        const count = dropMissing(values, dates);
        sortFirst(values, count);
        for (let p = 0; p < percentiles.length; p++) {
          const share = percentiles[p]![1];
          features[k * percentiles.length + p] = sortedPercentile(values, count, share);
        }
      }
    },
  };
}

type Collect = (...inputs: Parameters<StatisticsEngine["run"]>) => number;

/** Shares of dates with water and of summer dates with snow, from MNDWI (= NDSI). */
function waterAndSnow(
  mndwi: Float64Array,
  summer: Uint8Array,
  dates: number,
  result: PixelStatistics,
): void {
  let water = 0;
  let snow = 0;
  let summerDates = 0;
  for (let i = 0; i < dates; i++) {
    if (mndwi[i]! > waterThreshold) water++;
    if (!summer[i]) continue;
    summerDates++;
    if (mndwi[i]! > snowThreshold) snow++;
  }
  result.waterShare = water / dates;
  result.snowShare = summerDates > 0 ? snow / summerDates : Number.NaN;
}

/** Moves the values that are numbers to the front; returns their count. */
function dropMissing(values: Float64Array, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return count;
}
