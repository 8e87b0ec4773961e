import { type Cube, missingValue } from "../cube/cube.js";
import { bindIndices } from "../cube/indices.js";
import type { Legend } from "../manifest/manifest.js";
import type { ClassSeries } from "./charts/seriesByClass.js";

/** Width of a histogram bin of the measure. */
const BIN = 0.005;
const BINS = 2 / BIN;

/** What {@link classSeries} shows of a cube: one stored variable, or a normalised difference of two. */
interface SeasonMeasure {
  readonly name: string;
  readonly first: number;
  readonly second: number | null;
}

function measureOf(variables: readonly string[]): SeasonMeasure {
  // The narrow near infrared stands in for the wide one where that is absent.
  const bands = variables.includes("B08")
    ? variables
    : variables.map((band) => (band === "B8A" ? "B08" : band));
  const indices = bindIndices(bands);
  for (const name of ["NDVI", "NDMI"]) {
    const index = indices.find((one) => one.name === name);
    if (index) return { name, first: index.a, second: index.kind === "stored" ? null : index.b };
  }
  return { name: variables[0]!, first: 0, second: null };
}

/**
 * Name of what {@link classSeries} shows of a cube: NDVI where it is stored or red and near infrared
 * are, else NDMI, else the first band.
 */
export function seasonMeasure(cube: Pick<Cube, "variables">): string {
  return measureOf(cube.variables).name;
}

/**
 * Median and quartiles of {@link seasonMeasure} of the pixels of each class on the grid dates of a
 * year, for classes that have pixels.
 *
 * @param ids class id of every pixel, 0 none
 */
export async function classSeries(
  cube: Cube,
  year: number,
  ids: Uint8Array,
  legend: Legend,
): Promise<ClassSeries[]> {
  const { grid, variables, chunkRows } = cube;
  const { first, second } = measureOf(variables);
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
        const a = values[band(first) + i]!;
        if (a === missingValue) continue;
        let value = a / 10_000;
        if (second !== null) {
          const b = values[band(second) + i]!;
          if (b === missingValue) continue;
          value = (a - b) / (a + b);
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
