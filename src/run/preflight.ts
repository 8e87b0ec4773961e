import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openValidation } from "../assess/truth.js";
import { catalogueService } from "../catalogue/services.js";
import { eventPatterns } from "../cube/eventPatterns.js";
import { isPhenocoverError, ManifestError } from "../errors.js";
import { prepareLabels } from "../labels/prepareLabels.js";
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
 * Finds out before any step starts whether images, labels, reference and events can carry the study:
 * every raster is one and overlaps the area, areas of events are polygons, every year has a usable
 * scene. What is simulated is made to fit; what a service has is asked by the first step.
 *
 * @throws ManifestError that names the place in the manifest
 */
export async function preflight(study: Study, signal?: AbortSignal): Promise<void> {
  const { labels, reference, events, images } = study.manifest;
  if (events.some(({ area }) => area))
    await at(study, "events", () => eventPatterns(events, study.grid));
  if (reference && reference.kind !== "simulated")
    await at(study, "reference", () => openValidation(study));
  const known =
    images.kind === "simulated" || (images.kind === "stac" && catalogueService(images.catalog));
  if (known && !("path" in labels)) return;
  await inScratchFolder(study, async (scratch) => {
    if ("path" in labels) await at(study, "labels", () => prepareLabels(scratch));
    if (known) return;
    // Whole scenes are measured by the first step only: that takes minutes.
    const options = { pixels: images.kind === "folder", ...(signal ? { signal } : {}) };
    await at(study, "images", () => retrieveScenes(scratch, options));
  });
}

/** Does a check whose failure is a mistake at a place of the manifest. */
async function at(
  { manifest }: Study,
  place: string,
  check: () => Promise<unknown>,
): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!isPhenocoverError(error) || error.tag === "ManifestError") throw error;
    // Images that can be read but are not there for a year.
    const where = place === "images" && error.tag === "DataError" ? "years" : place;
    throw new ManifestError(manifest.file, where, error.message, { cause: error });
  }
}
