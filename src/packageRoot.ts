import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError } from "./errors.js";

/** Folder of the package's own `package.json`, found upwards from this file. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, "package.json");
    if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === "phenocover") {
      return folder;
    }
    const parent = dirname(folder);
    if (parent === folder) throw new FileError("package.json", "phenocover's own was not found");
    folder = parent;
  }
}

/** Version of the package. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")).version;
}
