import type { Grid } from "../raster/grid.js";
import { gridLookup } from "../raster/gridLookup.js";
import { readRaster, readRasterHeader } from "../raster/readRaster.js";
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
  const pixels = grid.width * grid.height;
  const out: MaskOnGrid = {
    valid: new Uint8Array(pixels),
    covered: new Uint8Array(pixels),
    cloud: new Uint8Array(pixels),
  };
  const header = await readRasterHeader(mask.path);
  const lookup = gridLookup(header.grid, grid, mask.dilate);
  if (!lookup) return out;
  const raster = await readRaster(mask.path, { bands: [mask.band], window: lookup.window });
  const values = raster.bands[0]!;
  const nodata = mask.nodata ?? raster.nodata;
  const isInvalid = new Set(mask.invalid);
  const isCloud = new Set(mask.cloud);
  const invalid = Uint8Array.from(values, (value) =>
    value === nodata || isInvalid.has(value) ? 1 : 0,
  );
  const grown = dilate(invalid, raster.grid.width, raster.grid.height, mask.dilate);
  lookup.pixels.forEach((pixel, i) => {
    if (pixel < 0 || values[pixel] === nodata) return;
    out.covered[i] = 1;
    if (!grown[pixel]) out.valid[i] = 1;
    if (isCloud.has(values[pixel]!)) out.cloud[i] = 1;
  });
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
