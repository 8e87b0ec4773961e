import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ManifestError } from "../errors.js";
import { packageRoot } from "../packageRoot.js";
import { suggestion } from "./suggestion.js";

/** A manifest file: where it lies and how messages name it. */
export interface ManifestLocation {
  readonly path: string;
  readonly file: string;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Names of the regions that come with the package. */
export function packagedRegions(): string[] {
  return readdirSync(join(packageRoot(), "data-manifests"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.slice(0, -".yaml".length))
    .sort();
}

/**
 * Finds a manifest by path (relative to the working directory) or by the name of a packaged region.
 *
 * @throws ManifestError when neither exists
 */
export function locateManifest(given: string): ManifestLocation {
  const path = resolve(given);
  if (isFile(path)) return { path, file: given };
  const file = `data-manifests/${given}.yaml`;
  const packaged = join(packageRoot(), file);
  if (/^[\w-]+$/.test(given) && isFile(packaged)) return { path: packaged, file };
  throw new ManifestError(
    given,
    "manifest",
    `no such file and no region of that name${suggestion(given, packagedRegions())}`,
  );
}
