import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * Files of a run folder as relative paths with `/`, sorted, without the report itself and without
 * files that are still being written.
 */
export function runFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== "report.html" && !path.endsWith(".part"))
    .sort((a, b) => (a < b ? -1 : 1));
}
