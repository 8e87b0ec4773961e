import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Compressed tiles of several levels that wait for their place in a file. */
export interface TileStore {
  /** Adds tiles behind those that a level has. */
  add(level: number, tiles: readonly Uint8Array[]): Promise<void>;
  /** Lengths of the tiles of a level. */
  lengths(level: number): Uint32Array;
  /** The tiles of a level in order. */
  tiles(level: number): AsyncGenerator<Uint8Array>;
  /** Removes what lies on disk. */
  close(): Promise<void>;
}

/** Bytes that stay in memory; what is more goes to disk, so that large images take no more memory. */
const mostInMemory = 2 ** 22;

/** Opens an empty store, with a temporary file beside `path` once it is needed. */
export function openTileStore(path: string, levels: number): TileStore {
  interface Place {
    readonly length: number;
    /** The tile, or where it begins in the temporary file. */
    readonly at: Uint8Array | number;
  }
  const places: Place[][] = Array.from({ length: levels }, () => []);
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tiles.part`;
  let inMemory = 0;
  let file: FileHandle | undefined;
  let end = 0;
  return {
    async add(level, tiles) {
      const bytes = tiles.reduce((sum, tile) => sum + tile.length, 0);
      if (inMemory + bytes <= mostInMemory) {
        inMemory += bytes;
        for (const tile of tiles) places[level]!.push({ length: tile.length, at: tile });
        return;
      }
      if (!file) {
        await mkdir(dirname(path), { recursive: true });
        file = await open(temporary, "wx+");
      }
      for (const { length } of tiles) {
        places[level]!.push({ length, at: end });
        end += length;
      }
      await file.writev([...tiles], end - bytes);
    },
    lengths: (level) => Uint32Array.from(places[level]!, ({ length }) => length),
    async *tiles(level) {
      for (const { at, length } of places[level]!) {
        if (typeof at !== "number") {
          yield at;
          continue;
        }
        const tile = new Uint8Array(length);
        await file!.read(tile, 0, length, at);
        yield tile;
      }
    },
    async close() {
      await file?.close();
      if (file) await rm(temporary, { force: true });
    },
  };
}
