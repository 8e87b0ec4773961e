import type { TaskContext } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { applyLookup, type GridLookup, gridLookup } from "../raster/gridLookup.js";
import { readRaster, readRasterHeader } from "../raster/readRaster.js";
import { readMask } from "../scenes/mask.js";
import type { Scene, SceneBand } from "../scenes/scene.js";
import { missingValue, valuesPerUnit } from "./cube.js";
import { isIndexBand } from "./indices.js";

/** One scene to be brought into the observations of a block. */
export interface LoadTask {
  readonly scene: Scene;
  /** Position among the scenes of the cube. */
  readonly position: number;
  /** Digital numbers added to stored values. */
  readonly offset: number;
}

/** Observations of a block, shared by all workers. */
export interface Observations {
  readonly grid: Grid;
  readonly bands: readonly string[];
  /** [scene][band][pixel], times 10 000. */
  readonly values: Int16Array;
  /** [scene][pixel], 1 = usable. */
  readonly valid: Uint8Array;
}

const lookups = new Map<string, GridLookup | null>();

/**
 * Reads mask and bands of a scene inside a block, applies scale and offset and clamps negative
 * reflectance to 0. A pixel is usable when its mask says so and not every band is without data: a
 * single zero may be a dark surface.
 *
 * @returns number of usable values that were clamped
 */
export async function loadScene(
  { scene, position, offset }: LoadTask,
  { context }: TaskContext<Observations>,
): Promise<number> {
  const { grid, bands } = context;
  const pixels = grid.width * grid.height;
  const valid = context.valid.subarray(position * pixels, (position + 1) * pixels);
  valid.set((await readMask(scene.mask!, grid)).valid);
  if (!valid.some((mark) => mark === 1)) return 0;
  const empty = new Uint8Array(pixels).fill(1);
  const stored = new Float32Array(pixels);
  for (const group of groupByFile(bands, scene)) {
    const { path } = group[0]!.band;
    const lookup = await lookupOf(path, grid);
    if (!lookup) continue;
    const numbers = group.map(({ band }) => band.band);
    const raster = await readRaster(path, { bands: numbers, window: lookup.window });
    group.forEach(({ band, index }, k) => {
      const nodata = band.nodata ?? raster.nodata ?? Number.NaN;
      applyLookup(lookup, raster.bands[k]!, stored, nodata);
      const at = (position * bands.length + index) * pixels;
      const out = context.values.subarray(at, at + pixels);
      const factor = band.scale * valuesPerUnit;
      const added = offset * factor + band.offset * valuesPerUnit;
      for (let i = 0; i < pixels; i++) {
        const value = stored[i]!;
        if (value === nodata || Number.isNaN(value)) {
          out[i] = missingValue;
          continue;
        }
        empty[i] = 0;
        out[i] = Math.max(-32767, Math.min(32767, Math.round(value * factor + added)));
      }
    });
  }
  return finishScene(context, position, valid, empty);
}

/** Clamps reflectance and takes pixels without any data out; single missing bands read as 0. */
function finishScene(
  { bands, values }: Observations,
  position: number,
  valid: Uint8Array,
  empty: Uint8Array,
): number {
  const pixels = valid.length;
  let clamped = 0;
  bands.forEach((name, b) => {
    const keepNegative = isIndexBand(name);
    const at = (position * bands.length + b) * pixels;
    for (let i = 0; i < pixels; i++) {
      const value = values[at + i]!;
      if (value === missingValue) values[at + i] = 0;
      else if (value < 0 && !keepNegative) {
        values[at + i] = 0;
        clamped += valid[i]! & (1 - empty[i]!);
      }
    }
  });
  for (let i = 0; i < pixels; i++) if (empty[i]) valid[i] = 0;
  return clamped;
}

function groupByFile(
  bands: readonly string[],
  scene: Scene,
): { band: SceneBand; index: number }[][] {
  const groups = new Map<string, { band: SceneBand; index: number }[]>();
  bands.forEach((name, index) => {
    const band = scene.bands[name]!;
    const group = groups.get(band.path) ?? [];
    group.push({ band, index });
    groups.set(band.path, group);
  });
  return [...groups.values()];
}

/** Lookups repeat over the scenes of a tile: one a source grid and block. */
async function lookupOf(path: string, grid: Grid): Promise<GridLookup | null> {
  const source = (await readRasterHeader(path)).grid;
  const key = JSON.stringify([source, grid]);
  let lookup = lookups.get(key);
  if (lookup === undefined) {
    lookup = gridLookup(source, grid);
    lookups.set(key, lookup);
  }
  return lookup;
}
