/** How a class of the label source may be used for training. */
export type LabelUse = "core" | "rule" | "exclude";

/**
 * Extra condition of a `rule` class: a sealed surface (median NDVI), b bare pit (MNDWI, NDVI),
 * c late-summer snow, d permanent water, e dry for most of the year.
 */
export type ClassRule = "a" | "b" | "c" | "d" | "e";

/** A class of the label source and the land-cover class that it stands for. */
export interface SourceClass {
  /** Value in the label raster, 1-65535. */
  readonly code: number;
  readonly name: string;
  /** Id in the region's legend; 0 where it has no counterpart. */
  readonly classId: number;
  readonly use: LabelUse;
  readonly rule?: ClassRule;
}

/** The label source on the study's grid. */
export interface LabelMap {
  /** Source code of every pixel, 0 where there is none. */
  readonly codes: Uint16Array;
  /** Every source class that has a meaning, also those that do not occur. */
  readonly sources: readonly SourceClass[];
}
