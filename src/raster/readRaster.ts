import { FileError } from "../errors.js";
import { imageBandNames, imageGrid, openGeoTiff } from "./geotiff.js";
import type { Grid } from "./grid.js";
import type { AnyRasterArray } from "./typedArray.js";

/** Part of an image in pixels: [left, top, right, bottom), right and bottom not included. */
export type Window = readonly [number, number, number, number];

/** A raster in memory. */
export interface Raster {
  /** Grid of the window that was read. */
  readonly grid: Grid;
  /** One row-major array a band, in the stored sample type. */
  readonly bands: AnyRasterArray[];
  readonly bandNames: string[];
  readonly nodata: number | null;
}

/** What of a file is read; everything by default. */
export interface ReadOptions {
  /** Band descriptions or numbers from 1. */
  readonly bands?: readonly (string | number)[];
  readonly window?: Window;
}

/**
 * Reads bands of a GeoTIFF, whole or a window.
 *
 * @throws FileError when the file is not a GeoTIFF with an EPSG code and north up, a band does not
 *   exist or the window leaves the image
 */
export async function readRaster(path: string, options: ReadOptions = {}): Promise<Raster> {
  const { image, close } = await openGeoTiff(path);
  try {
    const whole = await imageGrid(path, image);
    const names = await imageBandNames(image);
    const samples = (options.bands ?? names.map((_, i) => i + 1)).map((band) =>
      bandIndex(path, names, band),
    );
    const window = options.window ?? [0, 0, whole.width, whole.height];
    checkWindow(path, whole, window);
    const bands = (await image.readRasters({
      samples,
      window: [...window],
      interleave: false,
    })) as AnyRasterArray[];
    return {
      grid: windowGrid(whole, window),
      bands: [...bands],
      bandNames: samples.map((sample) => names[sample]!),
      nodata: image.getGDALNoData(),
    };
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(path, `cannot be decoded: ${reason}`, { cause });
  } finally {
    close();
  }
}

/** Grid and band names of a GeoTIFF without its pixels. */
export async function readRasterHeader(
  path: string,
): Promise<Pick<Raster, "grid" | "bandNames" | "nodata">> {
  const { image, close } = await openGeoTiff(path);
  try {
    return {
      grid: await imageGrid(path, image),
      bandNames: await imageBandNames(image),
      nodata: image.getGDALNoData(),
    };
  } finally {
    close();
  }
}

/** The grid of a window of a grid. */
export function windowGrid(grid: Grid, [left, top, right, bottom]: Window): Grid {
  return {
    ...grid,
    originX: grid.originX + left * grid.pixelWidth,
    originY: grid.originY - top * grid.pixelHeight,
    width: right - left,
    height: bottom - top,
  };
}

function bandIndex(path: string, names: readonly string[], band: string | number): number {
  const index = typeof band === "number" ? band - 1 : names.indexOf(band);
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  throw new FileError(path, `no band ${band}, expected one of ${names.join(", ")}`);
}

function checkWindow(path: string, grid: Grid, window: Window): void {
  const [left, top, right, bottom] = window;
  const inside = left >= 0 && top >= 0 && right <= grid.width && bottom <= grid.height;
  if (!inside || right <= left || bottom <= top) {
    throw new FileError(
      path,
      `window ${window.join(",")} is empty or leaves the ${grid.width} x ${grid.height} image`,
    );
  }
}
