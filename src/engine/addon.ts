import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../packageRoot.js";

/**
 * What an addon compiled by `make environment` exports, null where it was not built or this processor
 * lacks its instructions.
 */
export function openAddon(name: string): unknown {
  const path = join(packageRoot(), ".cache", "native", `${name}.node`);
  if (!existsSync(path)) return null;
  try {
    return createRequire(import.meta.url)(path);
  } catch {
    return null;
  }
}

/** Checksum of the sources that a compiled addon was made from, null without it. */
export function addonStamp(name: string): string | null {
  const path = join(packageRoot(), ".cache", "native", `${name}.sha256`);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
}
