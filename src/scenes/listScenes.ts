import { existsSync, statSync } from "node:fs";
import { catalogueService, serviceNames } from "../catalogue/services.js";
import { ManifestError } from "../errors.js";
import { createHttpClient } from "../http/client.js";
import type { HttpFetch } from "../http/http.js";
import type { OnProgress } from "../progress.js";
import { createRandom } from "../random.js";
import type { Study } from "../study/study.js";
import { readFolderScenes } from "./folderScenes.js";
import { readLocalCatalogue } from "./localCatalogue.js";
import { type FoundScenes, findRemoteScenes } from "./remoteScenes.js";
import { readSafeFolders } from "./safeScenes.js";
import { simulatedSource } from "./simulatedRegion.js";

/** What may accompany the listing of scenes. */
export interface ListOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  /** Way to catalogues on the network. */
  readonly fetch?: HttpFetch;
}

/**
 * All scenes of the study's image source, ordered by time: a catalogue on the network, STAC items
 * of a local folder or of the simulated region, SAFE products, or a plain folder of GeoTIFFs.
 *
 * @throws ManifestError when `images.catalog` is neither a service nor a local folder
 */
export async function listScenes(study: Study, options: ListOptions = {}): Promise<FoundScenes> {
  const { manifest } = study;
  const { images } = manifest;
  const local = (scenes: FoundScenes["scenes"]): FoundScenes => ({ scenes, notes: [] });
  if (images.kind === "folder") return local(await readFolderScenes(images, manifest.file));
  if (images.kind === "safe") return local(await readSafeFolders(images.path));
  if (images.kind === "simulated") {
    const { catalogue } = await simulatedSource(study, options.onProgress);
    return local(await readLocalCatalogue(catalogue));
  }
  const service = catalogueService(images.catalog);
  if (service) {
    const random = createRandom(study.seed).split("catalogue");
    const fetch = options.fetch ?? createHttpClient({ random }).catalogue;
    return findRemoteScenes(study, images, service, fetch, {
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (done, total) => options.onProgress?.(done, total, `months of ${service.name}`),
    });
  }
  if (!existsSync(images.catalog) || !statSync(images.catalog).isDirectory()) {
    throw new ManifestError(
      manifest.file,
      "images.catalog",
      `${images.catalog} is not a folder, expected ${serviceNames.join(", ")}, the address of a STAC API or a local folder of STAC items`,
    );
  }
  return local(await readLocalCatalogue(images.catalog));
}
