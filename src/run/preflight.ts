import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueService } from "../catalogue/services.js";
import { isPhenocoverError, ManifestError } from "../errors.js";
import { prepareLabels } from "../labels/prepareLabels.js";
import type { OnProgress } from "../progress.js";
import { retrieveScenes } from "../scenes/retrieveScenes.js";
import { runFolder, type Study } from "../study/study.js";

/** Does work on a study whose files go to a folder that is removed afterwards. */
export async function inScratchFolder<T>(
  study: Study,
  work: (scratch: Study) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  try {
    return await work({ ...study, folder: runFolder(folder) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Finds out before any step starts whether the images and labels can carry the study: the label
 * raster overlaps the area, every year has a usable scene. What is simulated is made to fit.
 *
 * @throws ManifestError that names the place in the manifest
 */
export async function preflight(study: Study, onProgress?: OnProgress): Promise<void> {
  const { manifest } = study;
  if (manifest.images.kind === "simulated") return;
  await inScratchFolder(study, async (scratch) => {
    if ("path" in manifest.labels) await prepareLabels(scratch);
    // What a service has is asked by the first step.
    if (manifest.images.kind === "stac" && catalogueService(manifest.images.catalog)) return;
    // Whole scenes are measured by the first step only: that takes minutes.
    const pixels = manifest.images.kind === "folder";
    try {
      await retrieveScenes(scratch, { pixels, ...(onProgress ? { onProgress } : {}) });
    } catch (error) {
      if (!isPhenocoverError(error, "DataError")) throw error;
      throw new ManifestError(manifest.file, "years", error.message, { cause: error });
    }
  });
}
