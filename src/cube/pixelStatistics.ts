import { type BoundIndex, bindIndices, indexValue } from "./indices.js";
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
  const indices: BoundIndex[] = bindIndices(bands);
  const water = indices.findIndex(({ name }) => name === "MNDWI");
  const columns = indices.map(() => new Float64Array(mostScenes));
  const counts = new Int32Array(indices.length);
  const reflectance = new Float64Array(bands.length);
  const features = new Float64Array(indices.length * percentiles.length);
  const result: PixelStatistics = { features, validCount: 0, snowShare: 0, waterShare: 0 };
  return {
    result,
    run(plan, pattern, valid, values, offset, stride) {
      const counted = plan.counted[pattern]!;
      let dates = 0;
      let summerDates = 0;
      let snowDates = 0;
      let waterDates = 0;
      counts.fill(0);
      for (let s = 0; s < counted.length; s++) {
        if (!counted[s] || !valid[s]) continue;
        dates++;
        for (let b = 0; b < reflectance.length; b++) {
          reflectance[b] = values[offset + b * stride + s]! * 1e-4;
        }
        for (let k = 0; k < indices.length; k++) {
          const value = indexValue(indices[k]!, reflectance);
          if (!Number.isNaN(value)) columns[k]![counts[k]!++] = value;
          if (k === water && value > waterThreshold) {
            waterDates++;
            if (plan.summer[s] && value > snowThreshold) snowDates++;
          }
        }
        summerDates += plan.summer[s]!;
      }
      for (let k = 0; k < indices.length; k++) {
        const count = counts[k]!;
        sortFirst(columns[k]!, count);
        for (let p = 0; p < percentiles.length; p++) {
          const share = percentiles[p]![1];
          features[k * percentiles.length + p] = sortedPercentile(columns[k]!, count, share);
        }
      }
      result.validCount = dates;
      result.snowShare = water < 0 || summerDates === 0 ? Number.NaN : snowDates / summerDates;
      result.waterShare = water < 0 || dates === 0 ? Number.NaN : waterDates / dates;
    },
  };
}
