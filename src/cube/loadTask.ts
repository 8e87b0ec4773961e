import type { TaskContext } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import { readMask } from "../scenes/mask.js";
import type { Scene, SceneBand } from "../scenes/scene.js";
import { valuesPerUnit } from "./cube.js";
import { isIndexBand } from "./indices.js";
import { bringToGrid, largestValue } from "./storedScale.js";

/** One scene to be brought into the observations of a block. */
export interface LoadTask {
  readonly scene: Scene;
  /** Position among the scenes of the cube. */
  readonly position: number;
  /** Digital numbers added to stored values. */
  readonly offset: number;
}

/** What reading a scene came to. */
export interface LoadReport {
  /** Usable values that were raised to 0. */
  readonly clamped: number;
  /** Bytes read from files. */
  readonly bytes: number;
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
 * Every place of the scene in the observations is written: they hold another block's before.
 */
export async function loadScene(
  { scene, position, offset }: LoadTask,
  { context }: TaskContext<Observations>,
): Promise<LoadReport> {
  const { grid, bands } = context;
  const pixels = grid.width * grid.height;
  const valid = context.valid.subarray(position * pixels, (position + 1) * pixels);
  const mask = await readMask(scene.mask!, grid);
  valid.set(mask.valid);
  let bytes = mask.bytes;
  if (!valid.includes(1)) return { clamped: 0, bytes };
  const seen = new Uint8Array(pixels);
  let clamped = 0;
  for (const group of groupByFile(bands, scene)) {
    const file = await openRaster(group[0]!.band.path);
    try {
      const lookup = keptLookup(file.grid, grid);
      if (!lookup) {
        for (const { index } of group) {
          const at = (position * bands.length + index) * pixels;
          context.values.fill(0, at, at + pixels);
        }
        continue;
      }
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
      bytes += file.bytesRead();
      file.close();
    }
  }
  for (let i = 0; i < pixels; i++) valid[i]! &= seen[i]!;
  return { clamped, bytes };
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
