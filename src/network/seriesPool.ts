import { openCube } from "../cube/openCube.js";
import { sequenceChannels } from "../cube/sequences.js";
import { FileError } from "../errors.js";
import { inSharedMemory } from "../parallel/shared.js";
import type { Workers } from "../parallel/tasks.js";
import { readSamples } from "../samples/sampleFile.js";
import { joinTables, type SampleTable } from "../samples/sampleTable.js";
import type { Study } from "../study/study.js";
import type { SeriesSet } from "./seriesSet.js";

/** Pixels of one year and one row of the cube's chunks whose series are read. */
export interface SeriesTask {
  readonly year: number;
  /** Ascending. */
  readonly pixels: Uint32Array;
}

/** The series of the samples of several networks, every pixel of a year once. */
export interface SeriesPool {
  readonly dates: number;
  readonly channels: number;
  /** Year and pixel of every series, ascending. */
  readonly year: Uint16Array;
  readonly pixel: Uint32Array;
  /** [series][date][channel], scaled to 0-1, in memory that threads share. */
  readonly values: Float32Array;
}

/**
 * Reads the series of the samples of several tables; every block of the cube is read once for all.
 *
 * @param workers that know `readTask`
 * @param paths parquet tables
 */
export async function readSeriesPool(
  study: Study,
  workers: Workers,
  paths: readonly string[],
): Promise<SeriesPool> {
  const cube = await openCube(study);
  const samples = joinTables(await Promise.all([...new Set(paths)].map(readSamples)));
  const tasks = seriesTasks(samples, cube.chunkRows * cube.grid.width);
  const dates = study.parameters.datesPerYear;
  const channels = sequenceChannels(cube, { time: true });
  const length = tasks.reduce((sum, { pixels }) => sum + pixels.length, 0);
  const year = new Uint16Array(length);
  const pixel = new Uint32Array(length);
  const values = inSharedMemory(new Float32Array(length * dates * channels));
  const starts: number[] = [];
  tasks.reduce((start, task) => {
    year.fill(task.year, start, start + task.pixels.length);
    pixel.set(task.pixels, start);
    starts.push(start);
    return start + task.pixels.length;
  }, 0);
  await workers.run<SeriesTask, Float32Array>("readTask", tasks, {
    onResult: (index, part) => values.set(part, starts[index]! * dates * channels),
  });
  return { dates, channels, year, pixel, values };
}

/** The pixels of each year without repeats, cut where a row of chunks ends. */
function seriesTasks(samples: SampleTable, pixelsOfChunkRow: number): SeriesTask[] {
  const tasks: SeriesTask[] = [];
  for (const year of [...new Set(samples.year)].sort((a, b) => a - b)) {
    const wanted = samples.pixel.filter((_, row) => samples.year[row] === year).sort();
    const pixels = wanted.filter((pixel, i) => pixel !== wanted[i - 1]);
    const chunkRow = (i: number) => Math.floor(pixels[i]! / pixelsOfChunkRow);
    for (let first = 0, end = 1; end <= pixels.length; end++) {
      if (end < pixels.length && chunkRow(end) === chunkRow(first)) continue;
      tasks.push({ year, pixels: pixels.slice(first, end) });
      first = end;
    }
  }
  return tasks;
}

/**
 * Series and output columns of the samples of a table, in its order.
 *
 * @param path one of the tables that the pool was read for
 * @throws FileError when a class is not in the study's legend
 */
export async function takeSeries(study: Study, pool: SeriesPool, path: string): Promise<SeriesSet> {
  const table = await readSamples(path);
  const { dates, channels } = pool;
  const size = dates * channels;
  const values = new Float32Array(table.length * size);
  for (let row = 0; row < table.length; row++) {
    const from = placeOf(pool, table.year[row]!, table.pixel[row]!) * size;
    values.set(pool.values.subarray(from, from + size), row * size);
  }
  const column = new Map(study.legend.map((entry, index) => [entry.id, index]));
  const labels = Uint8Array.from(table.label, (id) => {
    const index = column.get(id);
    if (index === undefined) throw new FileError(path, `class ${id} is not in the legend`);
    return index;
  });
  return { length: table.length, dates, channels, values, labels };
}

/** Place of a series that the pool holds, by bisection. */
function placeOf(pool: SeriesPool, year: number, pixel: number): number {
  let first = 0;
  let last = pool.pixel.length - 1;
  while (first < last) {
    const middle = (first + last) >> 1;
    const before = pool.year[middle]! - year || pool.pixel[middle]! - pixel;
    if (before < 0) first = middle + 1;
    else last = middle;
  }
  return first;
}
