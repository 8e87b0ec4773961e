import type { Grid } from "./grid.js";
import {
  georeferenceEntries,
  type ImageLayout,
  levelEntries,
  metadataEntry,
} from "./imageEntries.js";
import type { RasterSize } from "./overviews.js";
import { directoryBytes, writeDirectory } from "./tiffEntries.js";

/** What GDAL reads before the first directory to learn how the tiles are laid out. */
const structure = [
  "LAYOUT=IFDS_BEFORE_DATA",
  "BLOCK_ORDER=ROW_MAJOR",
  "BLOCK_LEADER=SIZE_AS_UINT4",
  "BLOCK_TRAILER=LAST_4_BYTES_REPEATED",
  "KNOWN_INCOMPATIBLE_EDITION=NO\n ",
].join("\n");

/** Bytes before and behind a tile. */
const frameBytes = 8;

/** What the directories of a file say. */
export interface CogContents {
  readonly grid: Grid;
  readonly layout: ImageLayout;
  readonly bandNames?: readonly string[];
  readonly valueNames?: ReadonlyMap<number, string>;
  /** Finest first. */
  readonly levels: readonly RasterSize[];
}

/**
 * The part of a file before its tiles: directories with the places of all tiles, which stand
 * smallest level first, each framed by its length and its last four bytes.
 *
 * @param tileBytes lengths of the compressed tiles of every level
 * @returns the head and the length of the file
 */
export function cogHead(
  { grid, layout, bandNames = [], valueNames = new Map(), levels }: CogContents,
  tileBytes: readonly Uint32Array[],
): { readonly head: Buffer; readonly fileBytes: number } {
  const directories = (offsets: readonly Uint32Array[]) =>
    levels.map((one, k) => {
      const { width, height } = one;
      const entries = levelEntries(layout, width, height, k > 0, offsets[k]!, tileBytes[k]!);
      if (k > 0) return entries;
      entries.push(...georeferenceEntries(grid));
      if (bandNames.length + valueNames.size > 0) {
        entries.push(metadataEntry(bandNames, valueNames));
      }
      return entries;
    });

  const size = String(Buffer.byteLength(structure)).padStart(6, "0");
  const ghost = Buffer.from(`GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${structure}`);
  const offsets = tileBytes.map((list) => new Uint32Array(list.length));
  const starts: number[] = [];
  let end = 8 + ghost.length + (ghost.length & 1);
  for (const entries of directories(offsets)) {
    starts.push(end);
    end += directoryBytes(entries);
  }
  const head = Buffer.alloc(end);
  for (let k = levels.length - 1; k >= 0; k--) {
    tileBytes[k]!.forEach((bytes, i) => {
      offsets[k]![i] = end + frameBytes / 2;
      end += bytes + frameBytes;
    });
  }
  head.write("II", 0, "latin1");
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(starts[0]!, 4);
  ghost.copy(head, 8);
  directories(offsets).forEach((entries, k) => {
    writeDirectory(head, starts[k]!, entries, starts[k + 1] ?? 0);
  });
  return { head, fileBytes: end };
}

/** A tile between its length and its repeated last four bytes. */
export function framedTile(tile: Uint8Array): Uint8Array[] {
  const leader = Buffer.alloc(frameBytes / 2);
  leader.writeUInt32LE(tile.length);
  return [leader, tile, tile.subarray(tile.length - frameBytes / 2)];
}
