import { FileError, isPhenocoverError } from "../errors.js";
import type { ByteSource } from "./byteSource.js";
import { imageBandNames, imageGrid, openGeoTiff } from "./geotiff.js";
import type { Grid } from "./grid.js";
import { isJpeg2000, openJpeg2000 } from "./jpeg2000.js";
import { openBytes } from "./openBytes.js";
import { readSamples } from "./readSamples.js";
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

/** An open image: its description, and windows of its bands on demand. */
export interface RasterFile {
  readonly grid: Grid;
  readonly bandNames: readonly string[];
  readonly nodata: number | null;
  read(options?: ReadOptions): Promise<Raster>;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Its size and the version that a server names: they change when it is replaced. */
  readonly version: string;
  /** Bytes that opening and reading took so far. */
  bytesRead(): number;
  close(): void;
}

/**
 * Opens a GeoTIFF, or a JPEG 2000 image by its name (`.jp2`); the caller closes it.
 *
 * @param place path, or address of a file on the network
 * @throws FileError when the file is neither, or not north up in a system with an EPSG code
 * @throws ServiceError when a file on the network cannot be had
 */
export async function openRaster(place: string): Promise<RasterFile> {
  const bytes = await openBytes(place);
  const path = bytes.name;
  const close = () => bytes.close();
  try {
    const { grid, names, nodata, read } = await (isJpeg2000(place) ? jpeg2000 : geoTiff)(bytes);
    return {
      grid,
      bandNames: names,
      nodata,
      size: bytes.size,
      version: `${bytes.size} ${bytes.etag ?? ""}`.trimEnd(),
      bytesRead: () => bytes.received(),
      close,
      async read({ bands, window: asked } = {}) {
        const window: Window = asked ?? [0, 0, grid.width, grid.height];
        const wanted = bands ?? names.map((_, i) => i + 1);
        const samples = wanted.map((band) => bandIndex(path, names, band));
        checkWindow(path, grid, window);
        return {
          grid: windowGrid(grid, window),
          bands: await read(samples, window).catch((cause) => fail(path, cause)),
          bandNames: samples.map((sample) => names[sample]!),
          nodata,
        };
      },
    };
  } catch (cause) {
    close();
    return fail(path, cause);
  }
}

/** An opened image of either format; bands are numbered from 0. */
interface OpenImage {
  readonly grid: Grid;
  readonly names: readonly string[];
  readonly nodata: number | null;
  readonly read: (bands: readonly number[], window: Window) => Promise<AnyRasterArray[]>;
}

async function geoTiff(bytes: ByteSource): Promise<OpenImage> {
  const image = await openGeoTiff(bytes);
  return {
    grid: await imageGrid(bytes.name, image),
    names: await imageBandNames(image),
    nodata: image.getGDALNoData(),
    read: (bands, window) => readSamples(image, bytes, bands, window),
  };
}

async function jpeg2000(bytes: ByteSource): Promise<OpenImage> {
  const { grid, bands, read } = await openJpeg2000(bytes);
  return {
    grid,
    names: Array.from({ length: bands }, (_, i) => String(i + 1)),
    nodata: null,
    read,
  };
}

/**
 * Reads bands of a raster, whole or a window.
 *
 * @throws FileError when {@link openRaster} refuses the file, a band does not exist or the window
 *   leaves the image
 */
export async function readRaster(path: string, options: ReadOptions = {}): Promise<Raster> {
  const file = await openRaster(path);
  try {
    return await file.read(options);
  } finally {
    file.close();
  }
}

function fail(path: string, cause: unknown): never {
  if (isPhenocoverError(cause)) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new FileError(path, `cannot be decoded: ${reason}`, { cause });
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
