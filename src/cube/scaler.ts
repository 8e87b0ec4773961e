import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, UsageError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { createRandom } from "../random.js";
import type { Study } from "../study/study.js";
import { channelReader } from "./channels.js";
import type { Cube } from "./cube.js";
import { sortedPercentile } from "./percentile.js";

/** Range of every channel that is mapped to 0-1: its 2nd and 98th percentile over all years. */
export interface Scaler {
  readonly channels: readonly string[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Valid pixels over all years that the percentiles are taken from. */
const scalerSample = 20_000;

/**
 * Percentiles of every channel from a random sample of pixels of all years together: a scaler a
 * year would hide or make change. The sample depends on the region alone, not on a training seed.
 */
export async function fitScaler(cube: Cube, region: string): Promise<Scaler> {
  const perYear = Math.ceil(scalerSample / cube.years.length);
  const columns: number[][] = cube.channels.map(() => []);
  for (const year of cube.years) {
    const picked = await pickPixels(cube, year, perYear, region);
    for (let row0 = 0; row0 < cube.grid.height; row0 += cube.chunkRows) {
      const row1 = Math.min(cube.grid.height, row0 + cube.chunkRows);
      const own = picked.filter(
        (pixel) => pixel >= row0 * cube.grid.width && pixel < row1 * cube.grid.width,
      );
      if (own.length === 0) continue;
      const dates = cube.year(year).days.length;
      const block = await cube.year(year).readBlock(row0, row1);
      const reader = channelReader(cube.variables, dates, block);
      for (const pixel of own) {
        reader.read(pixel - row0 * cube.grid.width);
        for (let date = 0; date < dates; date++) {
          if (!reader.present[date]) continue;
          for (let c = 0; c < columns.length; c++) columns[c]!.push(reader.channels[c]![date]!);
        }
      }
    }
  }
  const sorted = columns.map((column) => Float64Array.from(column).sort());
  const percentile = (share: number) =>
    sorted.map((column) => Number(sortedPercentile(column, column.length, share).toFixed(6)));
  return { channels: cube.channels, low: percentile(0.02), high: percentile(0.98) };
}

async function pickPixels(
  cube: Cube,
  year: number,
  count: number,
  region: string,
): Promise<Uint32Array> {
  const counts = await cube.year(year).readValidCount();
  const valid: number[] = [];
  counts.forEach((dates, pixel) => {
    if (dates > 0) valid.push(pixel);
  });
  const random = createRandom(1).split(`scaler ${region}`).split(year);
  return Uint32Array.from(random.shuffle(valid).slice(0, count)).sort();
}

/** Path of a study's scaler. */
export function scalerPath({ folder }: Study): string {
  return join(folder.cube, "scaler.json");
}

/** Writes the scaler beside the cube. */
export async function writeScaler(study: Study, scaler: Scaler): Promise<void> {
  await writeFileAtomic(scalerPath(study), `${JSON.stringify(scaler, null, 2)}\n`);
}

/** Reads the scaler of a study's cube. */
export async function readScaler(study: Study): Promise<Scaler> {
  const path = scalerPath(study);
  try {
    return JSON.parse(await readFile(path, "utf8")) as Scaler;
  } catch (cause) {
    throw new FileError(path, "no scaler, expected the one that is written with a cube", { cause });
  }
}

/** Refuses a scaler of other channels than the cube has. */
export function checkScaler(cube: Cube, scaler: Scaler): void {
  const found = scaler.channels.join(" ");
  const expected = cube.channels.join(" ");
  if (found !== expected) throw new UsageError("scaler", `channels ${found}, expected ${expected}`);
}
