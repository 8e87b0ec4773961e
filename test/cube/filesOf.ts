import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** All files below a folder by their path in it. */
export async function filesOf(root: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    const path = join(root, name);
    if ((await stat(path)).isFile()) found.set(name, await readFile(path));
  }
  return found;
}
