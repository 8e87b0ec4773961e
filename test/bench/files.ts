import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../src/packageRoot.js";

/** Writes a typed array as raw little-endian values. */
export async function writeArray(folder: string, name: string, data: ArrayBufferView) {
  await writeFile(
    join(folder, name),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
}

/** Reads what {@link writeArray} wrote into shared memory, so that workers need no copy. */
export async function readFloats(folder: string, name: string): Promise<Float32Array> {
  const bytes = await readFile(join(folder, name));
  const floats = new Float32Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

/** Reads bytes. */
export async function readBytes(folder: string, name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(folder, name)));
}

/** Command of one of our programs, compiled, with arguments before the data folder. */
export const ours = (module: string, ...rest: string[]): string[] => [
  process.execPath,
  join(packageRoot(), "dist", "test", "bench", module),
  ...rest,
];

/** Python environment of `environment/peers-<name>.txt`. */
export const peersFolder = (name: string): string => join(packageRoot(), ".cache", "peers", name);

/** Command of a Python peer in an environment that `make bench` fills. */
export const python = (environment: string, script: string, ...rest: string[]): string[] => [
  join(peersFolder(environment), "bin", "python"),
  join(packageRoot(), "test", "bench", "peers", script),
  ...rest,
];
