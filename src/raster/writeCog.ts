import { open } from "node:fs/promises";
import { FileError } from "../errors.js";
import { replaceFile } from "../files/atomic.js";
import { type Grid, pixelCount } from "./grid.js";
import { georeferenceEntries, levelEntries, metadataEntry } from "./imageEntries.js";
import { buildLevels, type OverviewMethod } from "./overviews.js";
import { directoryBytes, writeDirectory } from "./tiffEntries.js";
import { encodeTiles, type TilePacking } from "./tiles.js";
import type { RasterArray } from "./typedArray.js";

/** A raster to be written as a cloud-optimized GeoTIFF. */
export interface CogImage {
  readonly grid: Grid;
  /** One array a band, all of one sample type, row-major. */
  readonly bands: readonly RasterArray[];
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

const largestTile = 512;

/** What GDAL reads before the first directory to learn how the tiles are laid out. */
const structure = [
  "LAYOUT=IFDS_BEFORE_DATA",
  "BLOCK_ORDER=ROW_MAJOR",
  "BLOCK_LEADER=SIZE_AS_UINT4",
  "BLOCK_TRAILER=LAST_4_BYTES_REPEATED",
  "KNOWN_INCOMPATIBLE_EDITION=NO\n ",
].join("\n");

/**
 * Writes a raster as a cloud-optimized GeoTIFF, atomically: deflate tiles of at most 512 x 512
 * pixels, directories before data, smallest overview first, tile leaders and trailers, as GDAL's
 * COG driver lays them out. 16-bit samples are stored as horizontal differences.
 *
 * @throws FileError when the bands do not fit the grid or each other, or the file passes 4 GiB
 */
export async function writeCog(path: string, cog: CogImage): Promise<void> {
  checkImage(path, cog);
  const { grid, bands, nodata, palette, overviews, packing = "small" } = cog;
  const sample = bands[0]!;
  const longest = Math.max(grid.width, grid.height);
  const tileSize = Math.min(largestTile, Math.ceil(longest / 16) * 16);
  const predictor = sample.BYTES_PER_ELEMENT === 2;
  const coding = { tileSize, padding: nodata ?? 0, predictor, packing };
  const levels = buildLevels(
    { width: grid.width, height: grid.height, bands },
    overviews,
    tileSize,
  );
  const tiles: Uint8Array[][] = [];
  for (const one of levels) tiles.push(await encodeTiles(one, coding));

  const layout = { sample, bands: bands.length, tileSize, predictor, nodata, palette };
  const directories = (offsets: readonly Uint32Array[]) =>
    levels.map((one, k) => {
      const sizes = Uint32Array.from(tiles[k]!, (tile) => tile.length);
      const entries = levelEntries(layout, one.width, one.height, k > 0, offsets[k]!, sizes);
      if (k > 0) return entries;
      entries.push(...georeferenceEntries(grid));
      const { bandNames = [], valueNames = new Map() } = cog;
      if (bandNames.length + valueNames.size > 0)
        entries.push(metadataEntry(bandNames, valueNames));
      return entries;
    });

  const size = String(Buffer.byteLength(structure)).padStart(6, "0");
  const ghost = Buffer.from(`GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${structure}`);
  const offsets = tiles.map((list) => new Uint32Array(list.length));
  const starts: number[] = [];
  let end = 8 + ghost.length + (ghost.length & 1);
  for (const entries of directories(offsets)) {
    starts.push(end);
    end += directoryBytes(entries);
  }
  const headBytes = end;
  for (let k = tiles.length - 1; k >= 0; k--) {
    tiles[k]!.forEach((tile, i) => {
      offsets[k]![i] = end + 4;
      end += tile.length + 8;
    });
  }
  if (end >= 2 ** 32) throw new FileError(path, `${end} bytes, expected less than 4 GiB`);

  const head = Buffer.alloc(headBytes);
  head.write("II", 0, "latin1");
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(starts[0]!, 4);
  ghost.copy(head, 8);
  directories(offsets).forEach((entries, k) => {
    writeDirectory(head, starts[k]!, entries, starts[k + 1] ?? 0);
  });
  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, "w");
    try {
      await file.writev([head, ...tiles.reverse().flatMap((list) => list.flatMap(framed))]);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** A tile between its length and its repeated last four bytes. */
function framed(tile: Uint8Array): Uint8Array[] {
  const leader = Buffer.alloc(4);
  leader.writeUInt32LE(tile.length);
  return [leader, tile, tile.subarray(tile.length - 4)];
}

function checkImage(path: string, cog: CogImage): void {
  const { grid, bands, palette, bandNames, valueNames } = cog;
  const first = bands[0];
  const pixels = pixelCount(grid);
  if (!first || pixels === 0) throw new FileError(path, "no pixel to write, expected at least one");
  for (const band of bands) {
    if (band.length !== pixels) {
      throw new FileError(path, `a band has ${band.length} samples, expected ${pixels}`);
    }
    if (band.constructor !== first.constructor) {
      throw new FileError(path, "bands of different sample types, expected one type");
    }
  }
  if (palette && (bands.length !== 1 || !(first instanceof Uint8Array))) {
    throw new FileError(path, "a palette needs one band of 8-bit samples");
  }
  if (bandNames && bandNames.length !== bands.length) {
    throw new FileError(path, `${bandNames.length} band names for ${bands.length} bands`);
  }
  const names = [...(bandNames ?? []), ...(valueNames?.values() ?? [])];
  const awkward = names.find((name) => /[&<>]/.test(name));
  // Readers disagree on how often such a character is escaped in the metadata field.
  if (awkward) throw new FileError(path, `name ${awkward}, expected one without & < >`);
}
