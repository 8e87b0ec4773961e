import type { Grid } from "../raster/grid.js";

/** Stored value of a date without any observation on its side of an event. */
export const missingValue = -32_768;
/** Stored integers per unit of reflectance or index. */
export const valuesPerUnit = 10_000;

/** Rows of one year: every date and band of a run of full rows. */
export interface CubeBlock {
  readonly pixels: number;
  /** [date][band][pixel], reflectance or index times 10 000; {@link missingValue} where missing. */
  readonly values: Int16Array;
  /** [date][pixel], 1 = a valid observation within 9 days of the date. */
  readonly flags: Uint8Array;
}

/** Statistics behind the class rules c and d, [pixel], NaN where they have no observation. */
export interface RuleStatistics {
  /** Share of valid dates July to September with NDSI (= MNDWI) above 0.4, 0-1. */
  readonly snowShare: Float32Array;
  /** Share of valid dates of the year with MNDWI above 0, 0-1. */
  readonly waterShare: Float32Array;
  /** Median NDVI of the year. */
  readonly medianNdvi: Float32Array;
  /** Median MNDWI of the year. */
  readonly medianMndwi: Float32Array;
}

/** One mapping year of a cube. */
export interface YearCube {
  readonly year: number;
  /** Grid dates as days of the mapping year, 1 is its first day. */
  readonly days: Int32Array;
  /** Rows row0 (included) to row1 (excluded). */
  readBlock(row0: number, row1: number): Promise<CubeBlock>;
  /** Percentile features [feature][pixel] of valid dates; NaN where the year has none. */
  readFeatures(): Promise<Float32Array>;
  /**
   * Valid observations in the year, of all rows or of row0 (included) to row1 (excluded); 0 where the
   * series is not complete, which is no data.
   */
  readValidCount(row0?: number, row1?: number): Promise<Uint16Array>;
  readRules(): Promise<RuleStatistics>;
}

/** Gap-filled yearly series on the study's grid. */
export interface Cube {
  readonly grid: Grid;
  readonly years: readonly number[];
  /** Stored bands in order. */
  readonly variables: readonly string[];
  /** Bands, then the indices that are computed from them. */
  readonly channels: readonly string[];
  /** Names of the percentile features: `NDVI_p10`, `NDVI_p50`, `NDVI_p90`, `EVI_p10` ... */
  readonly features: readonly string[];
  /** Rows of one stored chunk: blocks of a multiple of it read nothing twice. */
  readonly chunkRows: number;
  year(year: number): YearCube;
}
