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

/** Reads a mask layer, grows its invalid areas in its own pixels and brings it onto the grid. */
export async function readMask(mask: SceneMask, grid: Grid): Promise<MaskOnGrid> {
  const file = await openRaster(mask.path);
  try {
    const lookup = keptLookup(file.grid, grid, mask.dilate);
    if (!lookup) return emptyMask(grid);
    return maskOnGrid(mask, await file.read({ bands: [mask.band], window: lookup.window }), lookup);
  } finally {
    file.close();
  }
}

function emptyMask({ width, height }: Grid): MaskOnGrid {
  const marks = () => new Uint8Array(width * height);
  return { valid: marks(), covered: marks(), cloud: marks() };
}

function maskOnGrid(mask: SceneMask, raster: Raster, { pixels }: GridLookup): MaskOnGrid {
  const { width, height } = raster.grid;
  const values = raster.bands[0]!;
  const nodata = mask.nodata ?? raster.nodata;
  const isInvalid = new Set(mask.invalid);
  const isCloud = new Set(mask.cloud);
  const covered = new Uint8Array(values.length);
  const cloud = new Uint8Array(values.length);
  const invalid = new Uint8Array(values.length);
  values.forEach((value: number, i: number) => {
    if (value !== nodata) covered[i] = 1;
    if (value === nodata || isInvalid.has(value)) invalid[i] = 1;
    if (value !== nodata && isCloud.has(value)) cloud[i] = 1;
  });
  const grown = dilate(invalid, width, height, mask.dilate);
  const out = {
    valid: new Uint8Array(pixels.length),
    covered: new Uint8Array(pixels.length),
    cloud: new Uint8Array(pixels.length),
  };
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i]!;
    if (pixel < 0) continue;
    out.covered[i] = covered[pixel]!;
    out.cloud[i] = cloud[pixel]!;
    out.valid[i] = 1 - grown[pixel]!;
  }
  return out;
}

/** Grows marked pixels (1) by a square of `radius` pixels on every side; the image ends at its edge. */
export function dilate(
  marks: Uint8Array,
  width: number,
  height: number,
  radius: number,
): Uint8Array {
  if (radius <= 0) return marks;
  const wide = new Uint8Array(marks.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!marks[y * width + x]) continue;
      const start = y * width + Math.max(0, x - radius);
      wide.fill(1, start, y * width + Math.min(width, x + radius + 1));
    }
  }
  const out = new Uint8Array(marks.length);
  for (let y = 0; y < height; y++) {
    for (let j = Math.max(0, y - radius); j < Math.min(height, y + radius + 1); j++) {
      for (let x = 0; x < width; x++) out[y * width + x]! |= wide[j * width + x]!;
    }
  }
  return out;
}
