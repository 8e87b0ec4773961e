import { dilate } from "../raster/dilate.js";
import type { Grid } from "../raster/grid.js";
import { type GridLookup, keptLookup } from "../raster/gridLookup.js";
import { openRaster, type Raster } from "../raster/readRaster.js";
import type { SceneMask } from "./scene.js";

/** What a scene's mask says about every pixel of a grid. */
export interface MaskOnGrid {
  /** 1 = usable: the layer has a value there and it is not in or near an invalid area. */
  readonly valid: Uint8Array;
  /** 1 = the scene covers the pixel, cloudy or not. */
  readonly covered: Uint8Array;
  /** 1 = cloud by the layer's own value, without dilation. */
  readonly cloud: Uint8Array;
}

/** A mask that was read, the grid of its layer, and the bytes that this took. */
export interface ReadMask extends MaskOnGrid {
  readonly layer: Grid;
  readonly bytes: number;
}

/** Reads a mask layer, grows its invalid areas in its own pixels and brings it onto the grid. */
export async function readMask(mask: SceneMask, grid: Grid): Promise<ReadMask> {
  const file = await openRaster(mask.path);
  try {
    const lookup = keptLookup(file.grid, grid, mask.dilate);
    if (!lookup) return { ...emptyMask(grid), layer: file.grid, bytes: file.bytesRead() };
    const raster = await file.read({ bands: [mask.band], window: lookup.window });
    const found = maskOnGrid(mask, raster, lookup, grid);
    return { ...found, layer: file.grid, bytes: file.bytesRead() };
  } finally {
    file.close();
  }
}

function emptyMask({ width, height }: Grid): MaskOnGrid {
  const none = () => new Uint8Array(width * height);
  return { valid: none(), covered: none(), cloud: none() };
}

/** What a value of the layer means, as bits. */
const marks = { covered: 1, cloud: 2, invalid: 4 };

function maskOnGrid(
  mask: SceneMask,
  raster: Raster,
  { pixels }: GridLookup,
  target: Grid,
): MaskOnGrid {
  const { width, height } = raster.grid;
  const values = raster.bands[0]!;
  const nodata = mask.nodata ?? raster.nodata;
  const meaning = (value: number) =>
    value === nodata
      ? marks.invalid
      : marks.covered |
        (mask.invalid.includes(value) ? marks.invalid : 0) |
        (mask.cloud.includes(value) ? marks.cloud : 0);
  const known = Uint8Array.from({ length: 256 }, (_, value) => meaning(value));
  const invalid = new Uint8Array(values.length);
  const found = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    found[i] = known[values[i]!] ?? meaning(values[i]!);
    invalid[i] = found[i]! >> 2;
  }
  const grown = dilate(invalid, width, height, mask.dilate);
  for (let i = 0; i < found.length; i++) found[i]! |= grown[i]! << 2;
  const { valid, covered, cloud } = emptyMask(target);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    const bits = pixel < 0 ? marks.invalid : found[pixel]!;
    covered[i] = bits & 1;
    cloud[i] = (bits >> 1) & 1;
    valid[i] = 1 - (bits >> 2);
  }
  return { valid, covered, cloud };
}
