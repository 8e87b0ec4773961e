import { ManifestError } from "../errors.js";
import { defaultParameters } from "./manifest.js";

/** Values set from outside by dotted path (`images.size`), or by the bare name of a parameter. */
export type Overrides = Readonly<Record<string, string | number | boolean>>;

/**
 * Writes overrides into a manifest as read from YAML; groups that do not exist are made. A wrong key
 * is found afterwards by the schema, at its own place.
 *
 * @throws ManifestError when a path leads through a value that has no keys
 */
export function applyOverrides(
  document: Record<string, unknown>,
  overrides: Overrides,
  file: string,
): void {
  for (const [name, value] of Object.entries(overrides)) {
    const path = Object.hasOwn(defaultParameters, name) ? ["parameters", name] : name.split(".");
    let group: Record<string, unknown> = document;
    if (path.includes("__proto__")) throw new ManifestError(file, name, "is no key of a manifest");
    for (const part of path.slice(0, -1)) {
      group[part] ??= {};
      const inner = group[part];
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) {
        throw new ManifestError(file, name, `${part} has no keys, so nothing can be set there`);
      }
      group = inner as Record<string, unknown>;
    }
    group[path.at(-1)!] = value;
  }
}
