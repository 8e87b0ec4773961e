import type { Cube } from "../cube/cube.js";
import type { Scaler } from "../cube/scaler.js";
import { readSequences, sequenceChannels } from "../cube/sequences.js";
import { FileError } from "../errors.js";
import { readSamples } from "../samples/sampleFile.js";
import { joinTables } from "../samples/sampleTable.js";
import type { Study } from "../study/study.js";
import type { SeriesSet } from "./seriesSet.js";

/**
 * Series and output columns of the samples of several tables; every year of the cube is read once
 * for all of them.
 *
 * @param paths parquet tables
 * @throws FileError when a class is not in the study's legend
 */
export async function readSeries(
  study: Study,
  cube: Cube,
  scaler: Scaler,
  paths: readonly string[],
): Promise<SeriesSet[]> {
  const tables = await Promise.all(paths.map(readSamples));
  const all = joinTables(tables);
  const dates = study.parameters.datesPerYear;
  const channels = sequenceChannels(cube, { time: true });
  const size = dates * channels;
  const values = new Float32Array(all.length * size);
  for (const year of new Set(all.year)) {
    const rows: number[] = [];
    for (let row = 0; row < all.length; row++) if (all.year[row] === year) rows.push(row);
    const pixels = Uint32Array.from(rows, (row) => all.pixel[row]!);
    const series = await readSequences(cube, year, pixels, scaler, { time: true });
    rows.forEach((row, i) => {
      values.set(series.subarray(i * size, (i + 1) * size), row * size);
    });
  }
  const column = new Map(study.legend.map((entry, index) => [entry.id, index]));
  let start = 0;
  return tables.map((table, t) => {
    const labels = Uint8Array.from(table.label, (id) => {
      const index = column.get(id);
      if (index === undefined) throw new FileError(paths[t]!, `class ${id} is not in the legend`);
      return index;
    });
    const part = values.subarray(start * size, (start + table.length) * size);
    start += table.length;
    return { length: table.length, dates, channels, values: part, labels };
  });
}
