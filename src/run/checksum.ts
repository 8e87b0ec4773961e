import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { hashOfFile } from "../files/hashOfFile.js";

/** A file by its path (relative, forward slashes), size in bytes and SHA-256. */
export interface FileChecksum {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** SHA-256 of text or bytes, hexadecimal. */
export function hashOf(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** JSON text with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of a value's canonical JSON. */
export function hashOfValue(value: unknown): string {
  return hashOf(canonicalJson(value));
}

/** Checksums of files, several read at a time, in the given order. */
export async function checksumFiles(
  files: readonly { readonly path: string; readonly at: string }[],
): Promise<FileChecksum[]> {
  const results = new Array<FileChecksum>(files.length);
  let next = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) {
      const { path, at } = files[i]!;
      const { size } = await stat(at);
      results[i] = { path, bytes: size, sha256: await hashOfFile(at) };
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return results;
}
