import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Files below a folder that match a pattern in which `*` stands for any characters but a slash.
 *
 * @returns paths relative to `folder` with forward slashes, in name order
 */
export function matchFiles(folder: string, pattern: string): string[] {
  let found = [""];
  for (const part of pattern.split("/")) {
    if (!part.includes("*")) {
      found = found.map((base) => (base ? `${base}/${part}` : part));
      continue;
    }
    const source = part.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const matcher = new RegExp(`^${source.join(".*")}$`);
    found = found.flatMap((base) => {
      const inside = join(folder, base);
      if (!existsSync(inside)) return [];
      return readdirSync(inside)
        .filter((name) => matcher.test(name))
        .map((name) => (base ? `${base}/${name}` : name));
    });
  }
  return found.filter((path) => existsSync(join(folder, path))).sort();
}
