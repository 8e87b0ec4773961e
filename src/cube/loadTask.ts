import type { TaskContext } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import type { AnyRasterArray } from "../raster/typedArray.js";
import { readMask } from "../scenes/mask.js";
import type { Scene, SceneBand } from "../scenes/scene.js";
import { valuesPerUnit } from "./cube.js";
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
  if (!valid.includes(1)) return 0;
  const seen = new Uint8Array(pixels);
  let clamped = 0;
  for (const group of groupByFile(bands, scene)) {
    const file = await openRaster(group[0]!.band.path);
    try {
      const lookup = keptLookup(file.grid, grid);
      if (!lookup) continue;
      const numbers = group.map(({ band }) => band.band);
      const raster = await file.read({ bands: numbers, window: lookup.window });
      for (const [k, { band, index }] of group.entries()) {
        const at = (position * bands.length + index) * pixels;
        const factor = band.scale * valuesPerUnit;
        clamped += bringToGrid(raster.bands[k]!, lookup.pixels, valid, seen, {
          nodata: band.nodata ?? raster.nodata ?? Number.NaN,
          factor,
          added: offset * factor + band.offset * valuesPerUnit,
          lowest: isIndexBand(band.name) ? -largestValue : 0,
          out: context.values.subarray(at, at + pixels),
        });
      }
    } finally {
      file.close();
    }
  }
  for (let i = 0; i < pixels; i++) valid[i]! &= seen[i]!;
  return clamped;
}

/** Values times 10 000 are kept within what 16 bits hold beside the missing value. */
const largestValue = 32_767;

interface BandTarget {
  readonly nodata: number;
  readonly factor: number;
  readonly added: number;
  /** Values below are raised to it. */
  readonly lowest: number;
  readonly out: Int16Array;
}

/**
 * Scales a band onto the block's grid and marks the pixels where it has data in `seen`; without
 * data a value is 0.
 *
 * @returns number of usable values below `lowest`
 */
export function bringToGrid(
  stored: AnyRasterArray,
  lookup: Int32Array,
  valid: Uint8Array,
  seen: Uint8Array,
  { nodata, factor, added, lowest, out }: BandTarget,
): number {
  let clamped = 0;
  for (let i = 0; i < lookup.length; i++) {
    const pixel = lookup[i]!;
    if (pixel < 0) continue;
    const value = stored[pixel]!;
    if (value === nodata || Number.isNaN(value)) continue;
    seen[i] = 1;
    const scaled = Math.floor(value * factor + added + 0.5);
    if (scaled < lowest) {
      out[i] = lowest;
      clamped += valid[i]!;
    } else out[i] = Math.min(scaled, largestValue);
  }
  return clamped;
}

interface NamedBand {
  readonly band: SceneBand & { readonly name: string };
  readonly index: number;
}

/** Bands that lie in one file are read together. */
function groupByFile(bands: readonly string[], scene: Scene): NamedBand[][] {
  const groups = new Map<string, NamedBand[]>();
  bands.forEach((name, index) => {
    const band = { ...scene.bands[name]!, name };
    groups.set(band.path, [...(groups.get(band.path) ?? []), { band, index }]);
  });
  return [...groups.values()];
}
