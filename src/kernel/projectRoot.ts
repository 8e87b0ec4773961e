import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../packageRoot.js";

/**
 * The folder from which notebooks import: the nearest one above `folder` that has `phenocover`
 * installed, else the package's own.
 */
export function projectRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", "phenocover", "package.json"))) return at;
    if (dirname(at) === at) return packageRoot();
  }
}
