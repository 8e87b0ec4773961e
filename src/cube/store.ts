import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as zarr from "zarrita";
import { FileError } from "../errors.js";
import { replaceFile } from "../files/atomic.js";

/** Sample types of stored arrays. */
export type StoredType = "int16" | "uint8" | "uint16" | "int32" | "float32" | "float64";
/** Typed arrays of {@link StoredType}. */
export type StoredArray =
  | Int16Array
  | Uint8Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Shape and names of an array of the store. */
export interface ArrayPlan {
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly dimensions: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

const bytesOf: Readonly<Record<StoredType, number>> = {
  int16: 2,
  uint8: 1,
  uint16: 2,
  int32: 4,
  float32: 4,
  float64: 8,
};
const shuffleModes: Readonly<Record<string, number>> = { noshuffle: 0, shuffle: 1, bitshuffle: 2 };

// zarr v3 names the shuffle of blosc by word, the codec of the reader expects its number.
const plainBlosc = zarr.registry.get("blosc")!;
zarr.registry.set("blosc", async () => {
  const codec = await plainBlosc();
  return {
    fromConfig(config: Record<string, unknown>, metadata: never) {
      const shuffle = shuffleModes[String(config.shuffle)] ?? config.shuffle;
      return codec.fromConfig({ ...config, shuffle }, metadata);
    },
  } as typeof codec;
});

/** Files of a zarr hierarchy in a folder; every file is replaced as a whole. */
class FolderStore {
  constructor(readonly folder: string) {}

  async get(key: zarr.AbsolutePath): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.folder, key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async set(key: zarr.AbsolutePath, value: Uint8Array): Promise<void> {
    await replaceFile(join(this.folder, key), (temporary) => writeFile(temporary, value));
  }
}

/** Writes a zarr v3 group with attributes. */
export async function writeGroup(
  folder: string,
  path: string,
  attributes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const root = zarr.root(new FolderStore(folder));
  await zarr.create(root.resolve(path), { attributes: { ...attributes } });
}

/** Attributes of a group. */
export async function readGroup(folder: string, path: string): Promise<Record<string, unknown>> {
  try {
    const root = zarr.root(new FolderStore(folder));
    return (await zarr.open.v3(root.resolve(path), { kind: "group" })).attrs;
  } catch (cause) {
    throw new FileError(join(folder, path), "no zarr group, expected a cube", { cause });
  }
}

/** Writes the description of an array; its chunks follow with {@link writeChunk}. */
export async function createArray(folder: string, path: string, plan: ArrayPlan): Promise<void> {
  await zarr.create(zarr.root(new FolderStore(folder)).resolve(path), {
    shape: [...plan.shape],
    chunkShape: [...plan.chunks],
    dtype: plan.type,
    fillValue: 0,
    dimensionNames: [...plan.dimensions],
    attributes: { ...plan.attributes },
    codecs: [
      { name: "bytes", configuration: { endian: "little" } },
      {
        name: "blosc",
        configuration: {
          typesize: bytesOf[plan.type],
          cname: "lz4",
          clevel: 5,
          shuffle: "shuffle",
          blocksize: 0,
        },
      },
    ],
  });
}

/**
 * Writes one whole chunk.
 *
 * @param data the chunk in full, edge chunks with their part outside the array
 */
export async function writeChunk(
  folder: string,
  path: string,
  plan: ArrayPlan,
  at: readonly number[],
  data: StoredArray,
): Promise<void> {
  const store = new FolderStore(folder);
  const file = join(folder, path, "zarr.json");
  const metadata = JSON.parse(await readFile(file, "utf8"));
  // Seen as if edge chunks were whole: then a chunk is one run of memory and is copied as such.
  metadata.shape = plan.shape.map((size, i) => Math.ceil(size / plan.chunks[i]!) * plan.chunks[i]!);
  const array = new zarr.Array<StoredType, FolderStore>(store, `/${path}`, metadata);
  if (plan.shape.length === 0) return zarr.set(array, null, data[0]!);
  const selection = at.map((index, i) =>
    zarr.slice(index * plan.chunks[i]!, (index + 1) * plan.chunks[i]!),
  );
  const shape = [...plan.chunks];
  const stride = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  await zarr.set(array, selection, { data, shape, stride } as zarr.Chunk<StoredType>);
}

/** Reads whole chunks of one array. */
export interface ChunkReader {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  chunk(at: readonly number[]): Promise<StoredArray>;
}

/** Opens an array for reading by chunks. */
export async function openArray(folder: string, path: string): Promise<ChunkReader> {
  const root = zarr.root(new FolderStore(folder));
  const array = await zarr.open
    .v3(root.resolve(path), { kind: "array" })
    .catch((cause: unknown) => {
      throw new FileError(join(folder, path), "no zarr array, expected a cube", { cause });
    });
  return {
    shape: array.shape,
    chunks: array.chunks,
    async chunk(at) {
      return (await array.getChunk([...at])).data as StoredArray;
    },
  };
}
