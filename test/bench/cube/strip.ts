import { join } from "node:path";
import { type Grid, gridFromBounds } from "../../../src/raster/grid.js";
import type { Study } from "../../../src/study/study.js";
import { bareStudy } from "../../study/bareStudy.js";
import type { Size } from "../benchmark.js";

/** Acquisitions of the strip's year. */
export const dates = 20;
/** Pixels from west to east: those of a Sentinel-2 tile, or a few for a trial. */
export const columns = { full: 10_980, small: 1_098 } as const;
/** Rows of the strips that are built; the files hold the higher one. */
export const strips = { full: [1_024, 2_048], small: [512, 1_024] } as const;
/** Memory that building a cube may take, bytes; always less than the observations of the lower strip need. */
export const memory = { full: 3 * 2 ** 30, small: 2 ** 28 } as const;

/** Assets of a scene and their pixels in metres. */
export const assets = {
  blue: 10,
  green: 10,
  red: 10,
  rededge1: 20,
  rededge2: 20,
  rededge3: 20,
  nir: 10,
  nir08: 20,
  swir16: 20,
  swir22: 20,
  scl: 20,
} as const;

/** Grid of a strip of a tile in zone 32, from its upper edge down. */
export function stripGrid(width: number, height: number, pixel = 10): Grid {
  const top = 5_200_020;
  return gridFromBounds(32632, [600_000, top - height * 10, 600_000 + width * 10, top], pixel);
}

/** The study of a strip on the scenes of a folder; its run is a folder beside them. */
export function stripStudy(folder: string, size: Size, rows: number, run: string): Study {
  const manifest = {
    region: "strip",
    images: { kind: "stac", catalog: join(folder, "items"), collection: "x", maxCloud: 100 },
    yearStart: "01-01",
    events: [],
  } as const;
  const options = { workers: 2, memory: memory[size] };
  return bareStudy(join(folder, run), stripGrid(columns[size], rows), manifest, options);
}
