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
/**
 * Near-infrared reflectance above which a date of high NDSI shows snow: water is darker (the test of
 * the MODIS snow products, Hall, Riggs and Salomonson 1995).
 */
const snowBrightness = 0.11;

/** Feature names that a list of bands allows. */
export function featureNames(bands: readonly string[]): string[] {
  return bindIndices(bands).flatMap(({ name }) => percentiles.map(([end]) => `${name}_${end}`));
}

/** Observations of a run of neighbouring pixels. */
export interface PixelRun {
  /** Pixels of the run. */
  readonly size: number;
  /** [band][scene][pixel], times 10 000. */
  readonly values: Int16Array;
  /** [scene][pixel], 1 = usable. */
  readonly valid: Uint8Array;
}

/** Statistics of a run of pixels over one year. */
export interface RunStatistics {
  /** [feature][pixel] in the order of {@link featureNames}; NaN without a valid date. */
  readonly features: Float32Array;
  /** [statistic][pixel]: share of summer dates with snow, of snow-free dates with water; NaN without one. */
  readonly rules: Float32Array;
  /** Valid dates of a pixel. */
  readonly validCount: Uint16Array;
}

/** Computes {@link RunStatistics} over and over in the same memory. */
export interface StatisticsEngine {
  readonly result: RunStatistics;
  /** Computes the statistics of one pixel of the run. */
  compute(plan: YearPlan, pattern: number, pixel: number): void;
}

/** An engine for the pixels of a run, whose observations may change between calls. */
export function createStatistics(bands: readonly string[], run: PixelRun): StatisticsEngine {
  const { size, values: stored, valid } = run;
  const scenes = valid.length / size;
  const indices = bindIndices(bands);
  const water = indices.findIndex(({ name }) => name === "MNDWI");
  const nearInfrared = ["B08", "B8A"].map((band) => bands.indexOf(band)).find((at) => at >= 0);
  const reflectance = bands.map(() => new Float64Array(scenes));
  const summer = new Uint8Array(scenes);
  const values = new Float64Array(scenes);
  const features = new Float32Array(indices.length * percentiles.length * size);
  const rules = new Float32Array(2 * size);
  const validCount = new Uint16Array(size);
  /** Brings the counted observations together, band by band; returns their number. */
  const collect = (plan: YearPlan, pattern: number, pixel: number): number => {
    const counted = plan.counted[pattern]!;
    let dates = 0;
    for (let s = 0; s < counted.length; s++) {
      let at = (plan.first + s) * size + pixel;
      if (!counted[s] || !valid[at]) continue;
      for (let b = 0; b < reflectance.length; b++, at += scenes * size) {
        reflectance[b]![dates] = stored[at]! * 1e-4;
      }
      summer[dates++] = plan.summer[s]!;
    }
    return dates;
  };
  return {
    result: { features, rules, validCount },
    compute(plan, pattern, pixel) {
      const dates = collect(plan, pattern, pixel);
      validCount[pixel] = dates;
      rules[pixel] = Number.NaN;
      rules[size + pixel] = Number.NaN;
      for (let k = 0, to = pixel; k < indices.length; k++) {
        indexSeries(indices[k]!, reflectance, dates, values);
        if (k === water && dates > 0) {
          rules[pixel] = snowShare(values, summer, dates);
          const brightness = nearInfrared === undefined ? null : reflectance[nearInfrared]!;
          rules[size + pixel] = waterShare(values, brightness, dates);
        }
        const count = dropMissing(values, dates);
        sortFirst(values, count);
        for (let p = 0; p < percentiles.length; p++, to += size) {
          features[to] = sortedPercentile(values, count, percentiles[p]![1]);
        }
      }
    },
  };
}

/** Share of summer dates with snow, from MNDWI (= NDSI); NaN without a summer date. */
function snowShare(mndwi: Float64Array, summer: Uint8Array, dates: number): number {
  let snow = 0;
  let summerDates = 0;
  for (let i = 0; i < dates; i++) {
    if (!summer[i]) continue;
    summerDates++;
    if (mndwi[i]! > snowThreshold) snow++;
  }
  return summerDates > 0 ? snow / summerDates : Number.NaN;
}

/** Share of snow-free dates with water; snow has a high MNDWI as well, but is bright. */
function waterShare(mndwi: Float64Array, nearInfrared: Float64Array | null, dates: number): number {
  let water = 0;
  let snowFree = 0;
  for (let i = 0; i < dates; i++) {
    if (mndwi[i]! > snowThreshold && nearInfrared && nearInfrared[i]! > snowBrightness) continue;
    snowFree++;
    if (mndwi[i]! > waterThreshold) water++;
  }
  return snowFree > 0 ? water / snowFree : Number.NaN;
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
