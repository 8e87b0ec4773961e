import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { packageRoot } from "../packageRoot.js";

const DIGEST_BYTES = 32;

/** Path of what compilers have made for later processes. */
export function keptFile(...names: readonly string[]): string {
  return join(packageRoot(), ".cache", "compiled", ...names);
}

/** Content of a kept file. What was not written by {@link keepFile}, whole, is left out: it is run. */
export function readKept(file: string): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    return undefined;
  }
  const kept = content.subarray(DIGEST_BYTES);
  return digest(kept).equals(content.subarray(0, DIGEST_BYTES)) ? kept : undefined;
}

/** Keeps content for later processes; where the user cannot write, they only are slower. */
export async function keepFile(file: string, content: Uint8Array): Promise<void> {
  await writeFileAtomic(file, Buffer.concat([digest(content), content])).catch(() => {});
}

function digest(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}
