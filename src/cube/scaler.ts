import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, UsageError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Workers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { createRandom } from "../random.js";
import type { Study } from "../study/study.js";
import type { Cube } from "./cube.js";
import { percentile } from "./percentile.js";
import type { ScalerTask } from "./scalerTask.js";

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
 *
 * @param workers of the build that stored the cube
 * @param onProgress called after each run of rows
 */
export async function fitScaler(
  cube: Cube,
  region: string,
  workers: Workers,
  onProgress?: OnProgress,
): Promise<Scaler> {
  const perYear = Math.ceil(scalerSample / cube.years.length);
  const { width, height } = cube.grid;
  const tasks: ScalerTask[] = [];
  for (const year of cube.years) {
    const picked = await pickPixels(cube, year, perYear, region);
    for (let row0 = 0; row0 < height; row0 += cube.chunkRows) {
      const row1 = Math.min(height, row0 + cube.chunkRows);
      const pixels = picked.filter((pixel) => pixel >= row0 * width && pixel < row1 * width);
      if (pixels.length > 0) tasks.push({ year, row0, row1, pixels });
    }
  }
  const parts = await workers.run<ScalerTask, Float64Array[]>("readChannelValues", tasks, {
    onResult: (_, __, done) => onProgress?.(done, tasks.length, "scaler"),
  });
  const low: number[] = [];
  const high: number[] = [];
  for (let c = 0; c < cube.channels.length; c++) {
    const values = concatenate(parts.map((columns) => columns[c]!));
    low.push(Number(percentile(values, 0.02).toFixed(6)));
    high.push(Number(percentile(values, 0.98).toFixed(6)));
  }
  return { channels: cube.channels, low, high };
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

async function pickPixels(
  cube: Cube,
  year: number,
  count: number,
  region: string,
): Promise<Uint32Array> {
  const counts = await cube.year(year).readValidCount();
  let found = 0;
  for (const dates of counts) if (dates > 0) found++;
  const valid = new Uint32Array(found);
  found = 0;
  counts.forEach((dates, pixel) => {
    if (dates > 0) valid[found++] = pixel;
  });
  const random = createRandom(1).split(`scaler ${region}`).split(year);
  return random.shuffle(valid).slice(0, count).sort();
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
