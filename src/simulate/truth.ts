import { join } from "node:path";
import { readRaster } from "../raster/readRaster.js";
import { readCsv } from "../table/csv.js";
import type { ChangePatch } from "./change.js";

/**
 * True class ids of a year, one a pixel of the region's grid.
 *
 * @param folder folder of the region
 * @throws FileError when the year is not part of the region
 */
export async function readTruth(folder: string, year: number): Promise<Uint8Array> {
  return readBytes(join(folder, "truth", `${year}.tif`));
}

/** 1 where the storm of October 2018 felled trees, else 0. */
export async function readStorm(folder: string): Promise<Uint8Array> {
  return readBytes(join(folder, "truth", "storm.tif"));
}

/** The list of all patches of true change. */
export async function readChangePatches(folder: string): Promise<ChangePatch[]> {
  const rows = await readCsv(join(folder, "truth", "changes.csv"));
  return rows.map(({ kind, ...numbers }) => ({
    id: Number(numbers.id),
    kind: kind!,
    year: Number(numbers.year),
    from: Number(numbers.from),
    to: Number(numbers.to),
    pixels: Number(numbers.pixels),
    column: Number(numbers.column),
    row: Number(numbers.row),
  }));
}

async function readBytes(path: string): Promise<Uint8Array> {
  return Uint8Array.from((await readRaster(path)).bands[0]!);
}
