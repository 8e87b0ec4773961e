import { basename, isAbsolute, relative, sep } from "node:path";
import { catalogueService } from "../catalogue/services.js";
import type { Manifest } from "../manifest/manifest.js";

/**
 * A manifest as it may leave the machine: paths relative to the manifest's folder; of a path that
 * leads elsewhere only the file name stays, since the rest may name people and machines.
 */
export function portableManifest(manifest: Manifest, folder: string): Manifest {
  const short = (path: string) => portablePath(path, folder);
  const { images, labels, reference, otherMaps, interpretation, terrain } = manifest;
  return {
    ...manifest,
    file: basename(manifest.file),
    images:
      images.kind === "folder" || images.kind === "safe"
        ? { ...images, path: short(images.path) }
        : images.kind === "stac"
          ? catalogueService(images.catalog)
            ? images
            : { ...images, catalog: short(images.catalog) }
          : { ...images, spectra: short(images.spectra) },
    labels: "path" in labels ? { ...labels, path: short(labels.path) } : labels,
    reference:
      reference && "path" in reference ? { ...reference, path: short(reference.path) } : reference,
    ...(otherMaps
      ? { otherMaps: otherMaps.map((map) => ({ ...map, path: short(map.path) })) }
      : {}),
    ...(interpretation ? { interpretation: short(interpretation) } : {}),
    ...(terrain ? { terrain: short(terrain) } : {}),
    events: manifest.events.map((event) =>
      event.area ? { ...event, area: short(event.area) } : event,
    ),
    files: manifest.files.map((entry) => ({ ...entry, path: short(entry.path) })),
  };
}

/** A path relative to a folder with forward slashes; only its name when it lies outside. */
export function portablePath(path: string, folder: string): string {
  const inside = relative(folder, path);
  const outside = isAbsolute(inside) || inside.startsWith("..");
  return outside ? basename(path) : inside.split(sep).join("/");
}
