import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Size and times of a file, enough to notice that it was written again. */
type FileState = string;

/** Files of a run folder by relative path. */
export type Snapshot = ReadonlyMap<string, FileState>;

/** Parts of a run folder that steps write to; anything else in it belongs to the user. */
const layout = ["scenes.csv", "cube", "samples", "models", "maps", "tables", "figures"];
const reports = ["report.html"];

/**
 * State of every product in a run folder. Temporary files (`*.part`) do not count, nor do the
 * record, the executed notebooks and the runs of other seeds.
 */
export async function snapshotProducts(root: string): Promise<Snapshot> {
  const files = new Map<string, FileState>();
  const visit = async (path: string): Promise<void> => {
    const at = join(root, path);
    const found = await stat(at, { bigint: true }).catch(() => undefined);
    if (!found) return;
    if (found.isDirectory()) {
      for (const name of (await readdir(at)).sort()) await visit(`${path}/${name}`);
    } else if (!path.endsWith(".part")) {
      files.set(path, `${found.size} ${found.mtimeNs} ${found.ino}`);
    }
  };
  for (const path of [...layout, ...reports]) await visit(path);
  return files;
}

/** Paths that are new or were written again between two snapshots. */
export function changedProducts(before: Snapshot, after: Snapshot): string[] {
  return [...after].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
}

/** Removes the products that no other step owns: a step that starts afresh trusts nothing it finds. */
export async function removeLeftovers(
  root: string,
  owned: ReadonlyMap<string, string>,
): Promise<void> {
  for (const path of (await snapshotProducts(root)).keys()) {
    if (!owned.has(path)) await rm(join(root, path), { force: true });
  }
}
