import type { ClassRule } from "../labels/sourceClass.js";
import { median } from "./robust.js";

/** Values that the class rules look at, one a row; null where the region lacks the index. */
export interface RuleValues {
  /** Median NDVI of the year. */
  readonly ndvi: Float32Array | null;
  /** 90th percentile of NDVI. */
  readonly highNdvi: Float32Array | null;
  /** Median MNDWI. */
  readonly mndwi: Float32Array | null;
  /** Share of the valid dates from July to September with NDSI above 0.4; NaN without a date. */
  readonly snowShare: Float32Array | null;
  /** Share of the valid dates without snow with MNDWI above 0; NaN without a date. */
  readonly waterShare: Float32Array | null;
}

/** Limits of the rules. */
const sealedNdvi = 0.4;
const pitNdvi = 0.5;
const dateShare = 0.8;
const dryShare = 0.5;

/**
 * Whether a cluster fits its code: rule a wants a median NDVI of at most 0.4 (sealed surface),
 * rule b a 90th percentile of NDVI of at most 0.5 (no regrown pit). A rule without its index, and
 * rules c to e, let every cluster pass.
 *
 * @param rows the cluster's rows in `values`
 */
export function clusterPasses(
  rule: ClassRule | undefined,
  values: RuleValues,
  rows: readonly number[],
): boolean {
  const of = (index: Float32Array) => median(rows.map((row) => index[row]!));
  if (rule === "a" && values.ndvi) return of(values.ndvi) <= sealedNdvi;
  if (rule === "b" && values.highNdvi) return of(values.highNdvi) <= pitNdvi;
  return true;
}

/**
 * Whether a pixel fits its code: rule b wants a median MNDWI of at most 0 (no flooded pit), rule c
 * snow on 80 % of the dates in late summer, rule d water on 80 % of the dates without snow, rule e
 * water on less than half of them: the bed of a river belongs to CORINE's beaches, dunes and sands
 * where it is dry for more than six months, else to its water courses. A pixel without such a date
 * fails c, d and e.
 */
export function pixelPasses(rule: ClassRule | undefined, values: RuleValues, row: number): boolean {
  if (rule === "b" && values.mndwi) return values.mndwi[row]! <= 0;
  if (rule === "c" && values.snowShare) return values.snowShare[row]! >= dateShare;
  if (rule === "d" && values.waterShare) return values.waterShare[row]! >= dateShare;
  if (rule === "e" && values.waterShare) return values.waterShare[row]! < dryShare;
  return true;
}
