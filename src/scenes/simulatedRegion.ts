import { join } from "node:path";
import { UsageError } from "../errors.js";
import { packageRoot } from "../packageRoot.js";
import type { OnProgress } from "../progress.js";
import type { Study } from "../study/study.js";

/** Files of the simulated region that the method may read: no truth among them. */
export interface SimulatedSource {
  /** Folder of STAC items. */
  readonly catalogue: string;
  /** CORINE-like label raster. */
  readonly labels: string;
}

/** Makes the simulated region of a study, or finds it in the cache, and names its files. */
export async function simulatedSource(
  study: Study,
  onProgress?: OnProgress,
): Promise<SimulatedSource> {
  const { images } = study.manifest;
  if (images.kind !== "simulated") {
    throw new UsageError("images.kind", `${images.kind}, expected simulated`);
  }
  // Loaded when asked for, so that a study of real images never touches the simulator.
  const { ensureSimulatedRegion } = await import("../simulate/ensureSimulatedRegion.js");
  const { catalogue, labels } = await ensureSimulatedRegion(images, {
    years: study.years,
    cacheDir: join(packageRoot(), ".cache", "simulated"),
    workers: study.workers,
    ...(onProgress ? { onProgress } : {}),
  });
  return { catalogue, labels };
}

/** Path of the simulated region's label raster. */
export async function simulatedLabels(study: Study): Promise<string> {
  return (await simulatedSource(study)).labels;
}
