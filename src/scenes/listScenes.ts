import { existsSync, statSync } from "node:fs";
import { ManifestError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { Study } from "../study/study.js";
import { readFolderScenes } from "./folderScenes.js";
import { readLocalCatalogue } from "./localCatalogue.js";
import type { Scene } from "./scene.js";
import { simulatedSource } from "./simulatedRegion.js";

/**
 * All scenes of the study's image source, ordered by time: STAC items of the simulated region or
 * of a local folder (`images.catalog` is its path), or a plain folder of GeoTIFFs.
 *
 * @throws ManifestError when the catalogue is not a local folder
 */
export async function listScenes(study: Study, onProgress?: OnProgress): Promise<Scene[]> {
  const { manifest } = study;
  const { images } = manifest;
  if (images.kind === "folder") return readFolderScenes(images, manifest.file);
  if (images.kind === "simulated") {
    return readLocalCatalogue((await simulatedSource(study, onProgress)).catalogue);
  }
  if (!existsSync(images.catalog) || !statSync(images.catalog).isDirectory()) {
    throw new ManifestError(
      manifest.file,
      "images.catalog",
      `${images.catalog} is not a folder, expected a local folder of STAC items`,
    );
  }
  return readLocalCatalogue(images.catalog);
}
