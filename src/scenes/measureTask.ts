import { statSync } from "node:fs";
import { ServiceError } from "../errors.js";
import { isRemote } from "../http/http.js";
import type { TaskContext } from "../parallel/tasks.js";
import type { Grid } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import { readMask } from "./mask.js";
import { decideOffset, type OffsetEvidence } from "./offset.js";
import { compareOriginal, measureOffsetPixels } from "./pixelTest.js";
import type { Scene } from "./scene.js";

/** What the pixels of a scene say inside the area. */
export interface SceneMeasure {
  /** Numbers of pixels of the area. */
  readonly covered: number;
  readonly cloud: number;
  readonly valid: number;
  /** Where its mask lies; null where it was not read. */
  readonly layer: Grid | null;
  /** Valid pixels whose stored value can only come from an unsigned subtraction below zero. */
  readonly wrapped: number;
  /** What the offset rules asked the files for. */
  readonly offset: OffsetEvidence;
  /** Versions of its files on the network, bands first; empty for local files. */
  readonly versions: readonly string[];
  /**
   * Why the scene cannot be used at all: a file that its catalogue lists and the network lacks, or
   * that has another size than is stated.
   */
  readonly defect: string | null;
}

/** Stored values that 0 - 1000 and the like leave behind in 16 bits; 65535 is saturation. */
const wrappedFrom = 63_000;
const wrappedTo = 65_534;

/** Statuses of files that will not be there later either. */
const goneStatus = new Set([404, 410]);

/**
 * Measures a scene inside the area: its mask, one band for wrapped values, and what the offset
 * rules need to know from the pixels.
 */
export async function measureScene(
  scene: Scene,
  { context: grid }: TaskContext<Grid>,
): Promise<SceneMeasure> {
  const { versions, defect: remoteDefect } = await openRemoteFiles(scene);
  const defect = remoteDefect ?? wrongLocalSize(scene);
  if (defect) {
    return {
      covered: 0,
      cloud: 0,
      valid: 0,
      layer: null,
      wrapped: 0,
      offset: {},
      versions,
      defect,
    };
  }
  const { valid, covered, cloud, layer } = await readMask(scene.mask!, grid);
  const usable = count(valid);
  return {
    covered: count(covered),
    cloud: count(cloud),
    valid: usable,
    layer,
    wrapped: usable === 0 ? 0 : await countWrapped(scene, grid, valid),
    offset: usable === 0 ? {} : await offsetEvidence(scene, grid),
    versions,
    defect: null,
  };
}

/** Opens the files on the network: their versions, and in words the first one that is not there. */
async function openRemoteFiles({
  bands,
  mask,
  statedFiles,
}: Scene): Promise<Pick<SceneMeasure, "versions" | "defect">> {
  const layers = [...Object.entries(bands), ["mask", mask!] as const];
  const remote = layers.filter(([, { path }]) => isRemote(path));
  const found = await Promise.all(
    remote.map(async ([name, { path }]) => {
      try {
        const file = await openRaster(path);
        file.close();
        const stated = statedFiles.find((one) => one.layer === name)?.size ?? file.size;
        const defect = stated === file.size ? null : wrongSize(name, file.size, stated);
        return { version: file.version, defect };
      } catch (error) {
        if (!(error instanceof ServiceError && goneStatus.has(error.status ?? 0))) throw error;
        return { version: "", defect: `file of ${name} is missing: ${error.message}` };
      }
    }),
  );
  return {
    versions: found.map(({ version }) => version),
    defect: found.find(({ defect }) => defect !== null)?.defect ?? null,
  };
}

const wrongSize = (layer: string, found: number, stated: number) =>
  `file of ${layer} has ${found} bytes, its catalogue states ${stated}`;

/** In words the first local file whose size is not the one stated; one that is gone is met on reading. */
function wrongLocalSize({ statedFiles }: Scene): string | null {
  for (const { layer, path, size } of statedFiles) {
    if (size === null || isRemote(path)) continue;
    const found = statSync(path, { throwIfNoEntry: false })?.size ?? size;
    if (found !== size) return wrongSize(layer, found, size);
  }
  return null;
}

function count(marks: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < marks.length; i++) sum += marks[i]!;
  return sum;
}

async function offsetEvidence(scene: Scene, grid: Grid): Promise<OffsetEvidence> {
  let evidence: OffsetEvidence = {};
  if (decideOffset(scene, "B02", evidence).needs === "pixels") {
    evidence = { pixels: await measureOffsetPixels(scene, grid) };
  }
  if (decideOffset(scene, "B02", evidence).needs === "original") {
    evidence = { ...evidence, difference: await compareOriginal(scene, grid) };
  }
  return evidence;
}

async function countWrapped(scene: Scene, grid: Grid, valid: Uint8Array): Promise<number> {
  const band = scene.bands.B02 ?? Object.values(scene.bands)[0]!;
  const file = await openRaster(band.path);
  try {
    const lookup = keptLookup(file.grid, grid);
    if (!lookup) return 0;
    const values = (await file.read({ bands: [band.band], window: lookup.window })).bands[0]!;
    if (!(values instanceof Uint16Array)) return 0;
    let wrapped = 0;
    for (let i = 0; i < valid.length; i++) {
      const pixel = lookup.pixels[i]!;
      if (pixel < 0 || !valid[i]) continue;
      if (values[pixel]! >= wrappedFrom && values[pixel]! <= wrappedTo) wrapped++;
    }
    return wrapped;
  } finally {
    file.close();
  }
}
