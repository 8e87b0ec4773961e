import { readdirSync } from "node:fs";
import { join } from "node:path";
import { catalogueService } from "../catalogue/services.js";
import { ManifestError } from "../errors.js";
import { matchFiles } from "../files/matchFiles.js";
import type { Manifest } from "../manifest/manifest.js";
import { checksumFiles, type FileChecksum } from "./checksum.js";
import { portablePath } from "./portableManifest.js";

/** A file that the study reads. */
export interface Input extends FileChecksum {
  /** `reference` is read by validation only, `study` by everything. */
  readonly role: "study" | "reference";
}

function imageFiles({ images }: Manifest): string[] {
  switch (images.kind) {
    case "folder": {
      const patterns = Object.values(images.bands).map((band) => band.pattern);
      const names = [...patterns, images.mask.pattern].flatMap((pattern) =>
        matchFiles(images.path, pattern),
      );
      return [...new Set(names)].map((name) => join(images.path, name));
    }
    case "simulated":
      return readdirSync(images.spectra)
        .filter((name) => /\.(csv|json)$/.test(name))
        .map((name) => join(images.spectra, name));
    case "safe":
      return readdirSync(images.path, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(xml|jp2)$/.test(name))
        .map((name) => join(images.path, name));
    case "stac":
      // What a service answers and sends is checked where it is read and recorded in the run.
      if (catalogueService(images.catalog)) return [];
      return readdirSync(images.catalog, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(json|tiff?|jp2)$/.test(name))
        .map((name) => join(images.catalog, name));
  }
}

/**
 * Every input file with its checksum, ordered by path.
 *
 * @param folder folder of the manifest
 * @throws ManifestError when a pinned file differs from its checksum
 */
export async function readInputs(manifest: Manifest, folder: string): Promise<Input[]> {
  const { labels, reference, otherMaps, interpretation, terrain, events, files } = manifest;
  const roles = new Map<string, Input["role"]>();
  if (reference && "path" in reference) roles.set(reference.path, "reference");
  for (const { path } of otherMaps ?? []) roles.set(path, "reference");
  if (terrain) roles.set(terrain, "reference");
  for (const name of interpretation ? readdirSync(interpretation) : []) {
    if (name.endsWith(".csv")) roles.set(join(interpretation!, name), "reference");
  }
  for (const path of imageFiles(manifest)) roles.set(path, "study");
  if ("path" in labels) roles.set(labels.path, "study");
  for (const { area } of events) if (area) roles.set(area, "study");
  for (const { path } of files) roles.set(path, roles.get(path) ?? "study");
  const sorted = [...roles].sort(([a], [b]) => (a < b ? -1 : 1));
  const checksums = await checksumFiles(
    sorted.map(([at]) => ({ at, path: portablePath(at, folder) })),
  );
  for (const [i, pinned] of files.entries()) {
    const found = checksums[sorted.findIndex(([at]) => at === pinned.path)]!;
    if (found.sha256 === pinned.sha256) continue;
    const problem = `${pinned.sha256}, but ${found.path} has ${found.sha256}`;
    throw new ManifestError(manifest.file, `files[${i}].sha256`, problem);
  }
  return checksums.map((checksum, i) => ({ ...checksum, role: sorted[i]![1] }));
}
