import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isRemote } from "../http/http.js";
import type { Scene, StatedFile } from "./scene.js";

/** What comparing a file with its catalogue's statement came to. */
export interface FileCheck {
  readonly path: string;
  readonly outcome: "sound" | "differs" | "not stated";
  /** What was found and what was expected; empty where the file is sound. */
  readonly problem: string;
}

/** Multihash codes with the length of the digest, as catalogues write them. */
const multihashes: readonly (readonly [prefix: string, algorithm: string, digits: number])[] = [
  ["1220", "sha256", 64],
  ["1620", "sha3-256", 64],
  ["d50110", "md5", 32],
];

/**
 * Algorithm and digest of a multihash in hexadecimal digits.
 *
 * @returns null for an unknown or inconsistent one, which says nothing about a file
 */
export function readMultihash(text: string | null): { algorithm: string; digest: string } | null {
  const hash = (text ?? "").toLowerCase();
  for (const [prefix, algorithm, digits] of multihashes) {
    const digest = hash.slice(prefix.length);
    if (hash.startsWith(prefix) && digest.length === digits && /^[0-9a-f]+$/.test(digest)) {
      return { algorithm, digest };
    }
  }
  return null;
}

/**
 * Compares size and checksum of the local files of scenes with what their catalogue or product
 * states, reading each file once.
 *
 * @param onProgress called after every file
 */
export async function checkFiles(
  scenes: readonly Scene[],
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<FileCheck[]> {
  const files = scenes
    .flatMap(({ statedFiles }) => statedFiles)
    .filter(({ path }) => !isRemote(path));
  const checks: FileCheck[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    checks.push(await checkFile(file));
    onProgress?.(checks.length, files.length);
  }
  return checks;
}

async function checkFile({ path, size, checksum }: StatedFile): Promise<FileCheck> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return { path, outcome: "differs", problem: "is missing" };
  if (size !== null && found.size !== size) {
    const problem = `has ${found.size} bytes, stated are ${size}`;
    return { path, outcome: "differs", problem };
  }
  const stated = readMultihash(checksum);
  if (!stated) return { path, outcome: "not stated", problem: "no checksum that can be compared" };
  const hash = createHash(stated.algorithm);
  await pipeline(createReadStream(path), hash);
  const digest = hash.digest("hex");
  if (digest === stated.digest) return { path, outcome: "sound", problem: "" };
  const problem = `${stated.algorithm} is ${digest}, stated is ${stated.digest}`;
  return { path, outcome: "differs", problem };
}
