import { open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { replaceFile } from "../files/atomic.js";
import { cogHead, framedTile } from "./cogHead.js";
import { type Grid, pixelCount } from "./grid.js";
import { levelSizes, type OverviewMethod } from "./overviews.js";
import { tileRows } from "./tileRows.js";
import { openTileStore } from "./tileStore.js";
import { encodeTiles, type TilePacking } from "./tiles.js";
import type { RasterArray } from "./typedArray.js";

/** A raster to be written as a cloud-optimized GeoTIFF, without its values. */
export interface CogDescription {
  readonly grid: Grid;
  readonly nodata?: number;
  /** Colours of a one-band Uint8 raster: value to `#RRGGBB`. */
  readonly palette?: ReadonlyMap<number, string>;
  readonly bandNames?: readonly string[];
  /** What values of the first band mean. */
  readonly valueNames?: ReadonlyMap<number, string>;
  readonly overviews: OverviewMethod | "none";
  /** Default `small`. */
  readonly packing?: TilePacking;
}

/** A cloud-optimized GeoTIFF that takes its rows from top to bottom. */
export interface CogWriter {
  /**
   * Adds full rows, an array a band, row-major, all of one sample type.
   *
   * @throws FileError when the bands do not fit the grid or those before
   */
  append(bands: readonly RasterArray[]): Promise<void>;
  /**
   * Puts the complete file in its place.
   *
   * @throws FileError when rows are missing or the file passes 4 GiB
   */
  finish(): Promise<void>;
  /** Removes what lies beside the file's place; nothing after {@link finish}. */
  discard(): Promise<void>;
}

const largestTile = 512;

/** Rows of tiles that are compressed while more rows come. */
const rowsInWork = 2;

/**
 * Opens a cloud-optimized GeoTIFF to be written row by row, in memory that does not depend on its
 * height, atomically: deflate tiles of at most 512 x 512 pixels, directories before data, smallest
 * overview first, tile leaders and trailers, as GDAL's COG driver lays them out. 16-bit samples are
 * stored as horizontal differences.
 *
 * @throws FileError when the description contradicts itself
 */
export function openCog(path: string, description: CogDescription): CogWriter {
  checkDescription(path, description);
  const { grid, nodata, palette, overviews, packing = "small" } = description;
  const longest = Math.max(grid.width, grid.height);
  const tileSize = Math.min(largestTile, Math.ceil(longest / 16) * 16);
  const levels = levelSizes(grid, overviews, tileSize);
  const store = openTileStore(path, levels.length);
  let first: readonly RasterArray[] | undefined;
  let rowsDone = 0;

  const inWork: Promise<void>[] = [];
  let stored = Promise.resolve();
  const predicted = (sample: RasterArray) => sample.BYTES_PER_ELEMENT === 2;
  const sink = tileRows(levels, overviews, tileSize, async (level, rows) => {
    const predictor = predicted(rows.bands[0]!);
    const encoded = encodeTiles(rows, { tileSize, padding: nodata ?? 0, predictor, packing });
    const before = stored;
    stored = encoded.then(async (tiles) => {
      await before;
      await store.add(level, tiles);
    });
    // Awaited by a later row or at the end; until then a failure must not count as unhandled.
    stored.catch(() => {});
    inWork.push(stored);
    if (inWork.length > rowsInWork) await inWork.shift();
  });

  return {
    async append(bands) {
      checkBands(path, description, bands, first, rowsDone);
      first ??= bands.map((band) => band.subarray(0, 0));
      rowsDone += bands[0]!.length / grid.width;
      await sink(bands);
    },
    async finish() {
      await stored;
      if (rowsDone !== grid.height || !first) {
        throw new FileError(path, `${rowsDone} rows, expected ${grid.height}`);
      }
      const sample = first[0]!;
      const predictor = predicted(sample);
      const layout = { sample, bands: first.length, tileSize, predictor, nodata, palette };
      const lengths = levels.map((_, k) => store.lengths(k));
      const { head, fileBytes } = cogHead({ ...description, layout, levels }, lengths);
      if (fileBytes >= 2 ** 32) {
        throw new FileError(path, `${fileBytes} bytes, expected less than 4 GiB`);
      }
      await replaceFile(path, async (temporary) => {
        const file = await open(temporary, "w");
        try {
          await file.write(head);
          for (let k = levels.length - 1; k >= 0; k--) {
            for await (const tile of store.tiles(k)) await file.writev(framedTile(tile));
          }
          await file.sync();
        } finally {
          await file.close();
        }
      });
      await store.close();
    },
    async discard() {
      await stored.catch(() => {});
      await store.close();
    },
  };
}

function checkDescription(path: string, description: CogDescription): void {
  const { grid, bandNames, valueNames } = description;
  if (pixelCount(grid) === 0) throw new FileError(path, "no pixel to write, expected at least one");
  const names = [...(bandNames ?? []), ...(valueNames?.values() ?? [])];
  const awkward = names.find((name) => /[&<>]/.test(name));
  // Readers disagree on how often such a character is escaped in the metadata field.
  if (awkward) throw new FileError(path, `name ${awkward}, expected one without & < >`);
}

function checkBands(
  path: string,
  { grid, palette, bandNames }: CogDescription,
  bands: readonly RasterArray[],
  before: readonly RasterArray[] | undefined,
  rowsDone: number,
): void {
  const refuse = (problem: string): never => {
    throw new FileError(path, problem);
  };
  const sample = before?.[0] ?? bands[0] ?? refuse("no band, expected at least one");
  const length = bands[0]?.length ?? 0;
  const rows = length / grid.width;
  if (!Number.isInteger(rows) || rows < 1 || rowsDone + rows > grid.height) {
    refuse(
      `a band has ${length} samples, expected ${grid.height - rowsDone} rows of ${grid.width}`,
    );
  }
  for (const band of bands) {
    if (band.length !== length) refuse(`bands of ${length} and ${band.length} samples`);
    if (band.constructor !== sample.constructor) {
      refuse("bands of different sample types, expected one type");
    }
  }
  if (before && bands.length !== before.length) {
    refuse(`${bands.length} bands, expected ${before.length} as in the rows above`);
  }
  if (palette && (bands.length !== 1 || !(sample instanceof Uint8Array))) {
    refuse("a palette needs one band of 8-bit samples");
  }
  if (bandNames && bandNames.length !== bands.length) {
    refuse(`${bandNames.length} band names for ${bands.length} bands`);
  }
}
