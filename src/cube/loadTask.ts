import type { TaskContext } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import { readMask } from "../scenes/mask.js";
import type { Scene, SceneBand } from "../scenes/scene.js";
import { type BuildContext, blockObservations } from "./buildContext.js";
import { valuesPerUnit } from "./cube.js";
import { isIndexBand } from "./indices.js";
import type { PixelBlock } from "./layout.js";
import type { CubeScene } from "./planBuild.js";
import { bringToGrid, largestValue } from "./storedScale.js";

/** One scene to be brought into the observations of a block. */
export interface LoadTask extends CubeScene {
  readonly block: PixelBlock;
}

/** What reading a scene came to. */
export interface LoadReport {
  /** Usable values that were raised to 0. */
  readonly clamped: number;
  /** Bytes read from files. */
  readonly bytes: number;
}

/**
 * Reads mask and bands of a scene inside a block, applies scale and offset and clamps negative
 * reflectance to 0. A pixel is usable when its mask says so and not every band is without data: a
 * single zero may be a dark surface.
 *
 * Every place of the scene in the observations is written: they hold another block's before.
 */
export async function loadScene(
  { scene, position, offset, block }: LoadTask,
  { context }: TaskContext<BuildContext>,
): Promise<LoadReport> {
  const observations = blockObservations(context, block);
  const { grid, bands, scenes, values } = observations;
  const { width, height } = grid;
  const { valid, bytes: maskBytes } = await readMask(scene.mask!, grid);
  let bytes = maskBytes;
  let clamped = 0;
  if (valid.includes(1)) {
    const seen = new Uint8Array(valid.length);
    const readGroup = async (group: readonly NamedBand[]) => {
      const file = await openRaster(group[0]!.band.path);
      try {
        const lookup = keptLookup(file.grid, grid);
        const numbers = group.map(({ band }) => band.band);
        const raster = lookup && (await file.read({ bands: numbers, window: lookup.window }));
        for (const [k, { band, index }] of group.entries()) {
          const start = (position * bands.length + index) * width;
          const stride = scenes * bands.length * width;
          if (!raster) {
            clearRows(values, start, stride, grid);
            continue;
          }
          const factor = band.scale * valuesPerUnit;
          clamped += bringToGrid(raster.bands[k]!, lookup, valid, seen, {
            nodata: band.nodata ?? raster.nodata ?? Number.NaN,
            factor,
            added: offset * factor + band.offset * valuesPerUnit,
            lowest: isIndexBand(band.name) ? -largestValue : 0,
            out: values,
            start,
            stride,
          });
        }
      } finally {
        bytes += file.bytesRead();
        file.close();
      }
    };
    // Together, so that files on the network are waited for at once.
    await Promise.all(groupByFile(bands, scene).map(readGroup));
    for (let i = 0; i < valid.length; i++) valid[i]! &= seen[i]!;
  }
  for (let row = 0; row < height; row++) {
    const from = row * width;
    observations.valid.set(valid.subarray(from, from + width), (row * scenes + position) * width);
  }
  return { clamped, bytes };
}

function clearRows(
  values: Int16Array,
  start: number,
  stride: number,
  { width, height }: Grid,
): void {
  for (let row = 0, at = start; row < height; row++, at += stride) {
    values.fill(0, at, at + width);
  }
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
