import type { Grid } from "../raster/grid.js";
import { isoDate, mappingYear } from "../scenes/mappingYear.js";
import type { RuleValues } from "./classRules.js";
import type { UsableSource } from "./labelColumns.js";

/** The part of a cube that the class rules read. */
export interface RuleCube {
  /** Stored bands. */
  readonly variables: readonly string[];
  /** Names of the percentile features. */
  readonly features: readonly string[];
  year(year: number): {
    readonly days: Int32Array;
    /** [feature][pixel] */
    readFeatures(): Promise<Float32Array>;
    readBlock(
      row0: number,
      row1: number,
    ): Promise<{
      readonly pixels: number;
      /** Reflectance x 10 000 [date][band][pixel]. */
      readonly values: Int16Array;
      /** 1 near a valid observation [date][pixel]. */
      readonly flags: Uint8Array;
    }>;
  };
}

/** NDSI above which a date counts as snow, and MNDWI above which it counts as water. */
const snowLimit = 0.4;
const waterLimit = 0;
const blockRows = 64;

/** Name of a percentile feature of the cube. */
const featureName = (index: string, percentile: number) => `${index}_p${percentile}`;

/**
 * Prepares the values of the class rules for one year; an index that the region lacks is null. The
 * dates of rules c and d are the grid dates close to a valid observation.
 *
 * @param features the year's percentile features [feature][pixel]
 * @returns the values at any pixels
 */
export async function ruleValues(
  cube: RuleCube,
  year: number,
  features: Float32Array,
  sources: readonly UsableSource[],
  grid: Grid,
  yearStart: string,
): Promise<(pixels: Uint32Array) => RuleValues> {
  const all = grid.width * grid.height;
  const pick = (index: string, percentile: number) => {
    const at = cube.features.indexOf(featureName(index, percentile));
    return at < 0 ? null : features.subarray(at * all, (at + 1) * all);
  };
  const wanted = (rule: string) => sources.some((source) => source.rule === rule);
  const shares = wanted("c") || wanted("d") ? await dateShares(cube, year, grid, yearStart) : null;
  const planes = {
    ndvi: pick("NDVI", 50),
    highNdvi: pick("NDVI", 90),
    mndwi: pick("MNDWI", 50),
    snowShare: shares?.snow ?? null,
    waterShare: shares?.water ?? null,
  };
  return (pixels) => {
    const at = (plane: Float32Array | null) =>
      plane && Float32Array.from(pixels, (pixel) => plane[pixel]!);
    return {
      ndvi: at(planes.ndvi),
      highNdvi: at(planes.highNdvi),
      mndwi: at(planes.mndwi),
      snowShare: at(planes.snowShare),
      waterShare: at(planes.waterShare),
    };
  };
}

/** Shares of dates with snow (July to September) and with water (all year) of every pixel. */
async function dateShares(
  cube: RuleCube,
  year: number,
  grid: Grid,
  yearStart: string,
): Promise<{ snow: Float32Array; water: Float32Array } | null> {
  const green = cube.variables.indexOf("B03");
  const shortwave = cube.variables.indexOf("B11");
  if (green < 0 || shortwave < 0) return null;
  const bands = cube.variables.length;
  const source = cube.year(year);
  const { start } = mappingYear(year, yearStart);
  const late = Array.from(source.days, (day) => {
    const month = isoDate(start + day - 1).slice(5, 7);
    return month >= "07" && month <= "09";
  });
  const snow = new Float32Array(grid.width * grid.height);
  const water = new Float32Array(grid.width * grid.height);
  for (let row = 0; row < grid.height; row += blockRows) {
    const end = Math.min(grid.height, row + blockRows);
    const { pixels, values, flags } = await source.readBlock(row, end);
    for (let i = 0; i < pixels; i++) {
      let dates = 0;
      let lateDates = 0;
      let wet = 0;
      let snowy = 0;
      for (let d = 0; d < late.length; d++) {
        if (flags[d * pixels + i] === 0) continue;
        const g = values[(d * bands + green) * pixels + i]!;
        const s = values[(d * bands + shortwave) * pixels + i]!;
        const index = g + s > 0 ? (g - s) / (g + s) : 0;
        dates++;
        if (index > waterLimit) wet++;
        if (!late[d]) continue;
        lateDates++;
        if (index > snowLimit) snowy++;
      }
      const pixel = row * grid.width + i;
      water[pixel] = dates > 0 ? wet / dates : Number.NaN;
      snow[pixel] = lateDates > 0 ? snowy / lateDates : Number.NaN;
    }
  }
  return { snow, water };
}
