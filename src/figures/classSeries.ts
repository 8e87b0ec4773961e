import { type Cube, missingValue } from "../cube/cube.js";
import { DataError } from "../errors.js";
import type { Legend } from "../manifest/manifest.js";
import type { ClassSeries } from "./charts/seriesByClass.js";

/** Width of a histogram bin of NDVI. */
const BIN = 0.005;
const BINS = 2 / BIN;

/**
 * Median and quartiles of NDVI of the pixels of each class on the grid dates of a year, for classes
 * that have pixels.
 *
 * @param ids class id of every pixel, 0 none
 * @throws DataError when the cube has neither NDVI nor red and near infrared
 */
export async function classSeries(
  cube: Cube,
  year: number,
  ids: Uint8Array,
  legend: Legend,
): Promise<ClassSeries[]> {
  const { grid, variables, chunkRows } = cube;
  const [ndvi, near, red] = ["NDVI", "B08", "B04"].map((band) => variables.indexOf(band));
  if (ndvi! < 0 && (near! < 0 || red! < 0)) {
    throw new DataError("cube", `has ${variables.join(", ")}, expected NDVI or B08 and B04`);
  }
  const yearCube = cube.year(year);
  const dates = yearCube.days.length;
  const histogram = new Map(legend.map(({ id }) => [id, new Uint32Array(dates * (BINS + 1))]));
  for (let row = 0; row < grid.height; row += chunkRows) {
    const { pixels, values } = await yearCube.readBlock(
      row,
      Math.min(grid.height, row + chunkRows),
    );
    for (let date = 0; date < dates; date++) {
      const band = (n: number) => (date * variables.length + n) * pixels;
      for (let i = 0; i < pixels; i++) {
        const counts = histogram.get(ids[row * grid.width + i]!);
        if (counts === undefined) continue;
        let value: number;
        if (ndvi! >= 0) {
          const stored = values[band(ndvi!) + i]!;
          value = stored === missingValue ? Number.NaN : stored / 10_000;
        } else {
          const a = values[band(near!) + i]!;
          const b = values[band(red!) + i]!;
          value = a === missingValue || b === missingValue ? Number.NaN : (a - b) / (a + b);
        }
        if (!(value >= -1 && value <= 1)) continue;
        counts[date * (BINS + 1) + Math.round((value + 1) / BIN)]!++;
      }
    }
  }
  return legend.flatMap(({ id, name, colour }) => {
    const counts = histogram.get(id)!;
    const at = (share: number) =>
      Float64Array.from({ length: dates }, (_, date) =>
        quantile(counts.subarray(date * (BINS + 1), (date + 1) * (BINS + 1)), share),
      );
    const median = at(0.5);
    if (median.every(Number.isNaN)) return [];
    return [{ name, colour, median, low: at(0.25), high: at(0.75) }];
  });
}

/** Quantile of a histogram over -1..1, NaN when it is empty. */
function quantile(counts: Uint32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    seen += counts[bin]!;
    if (total > 0 && seen >= share * total) return bin * BIN - 1;
  }
  return Number.NaN;
}
