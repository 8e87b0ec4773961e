import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Files of a run folder as relative paths with `/`, sorted, without the report itself, the lock of the
 * run and files that are still being written. Of another run inside it, such as that of another seed,
 * the report alone.
 */
export function runFiles(root: string): string[] {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== "report.html" && !/(^run\.lock|\.part$)/.test(path));
  const inner = paths.flatMap((path) => /^(.+\/)run\.json$/.exec(path)?.[1] ?? []);
  return paths
    .filter((path) => {
      const run = inner.find((folder) => path.startsWith(folder));
      return run === undefined || path === `${run}report.html`;
    })
    .sort((a, b) => (a < b ? -1 : 1));
}
