import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
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

/**
 * The folder of the notebook for which a kernel was started: that of JPY_SESSION_NAME, by which
 * Jupyter servers and this package's runner name the notebook, else the working directory.
 */
export function notebookFolder(): string {
  const notebook = process.env.JPY_SESSION_NAME ?? "";
  const folder = dirname(notebook);
  return isAbsolute(notebook) && existsSync(folder) ? folder : process.cwd();
}
