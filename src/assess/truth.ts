import { basename, extname, join } from "node:path";
import { ManifestError } from "../errors.js";
import { surveyYear } from "../manifest/manifest.js";
import { packageRoot } from "../packageRoot.js";
import { readRaster } from "../raster/readRaster.js";
import { nearestPixels } from "../raster/warp.js";
import type { Study } from "../study/study.js";
import { readLucas } from "./lucas.js";

/** What the maps of a study are compared with; read by validation only. */
export interface Validation {
  /** Name in the tables: `truth` for a simulated region, else the reference's file name. */
  readonly reference: string;
  /** Class ids a pixel by year, 0 where the reference says nothing. */
  readonly years: ReadonlyMap<number, Uint8Array>;
  /** Where the truth of every year is known: what never changes and what the storm hit, 1 or 0 a pixel. */
  readonly change: { readonly unchanged: Uint8Array; readonly storm: Uint8Array } | null;
  /** Of a reference of single observations: their number by what became of them; else null. */
  readonly observations: ReadonlyMap<string, number> | null;
}

/** 1 where all maps hold the same class. */
export function unchangedPixels(maps: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = maps;
  return Uint8Array.from(first!, (id, pixel) =>
    id !== 0 && others.every((map) => map[pixel] === id) ? 1 : 0,
  );
}

/**
 * Opens the reference that the manifest names, or null where it names none. A raster holds for all
 * years, LUCAS for the year of the survey; neither says anything about change.
 *
 * @throws ManifestError when the raster does not overlap the area or no observation can be used
 */
export async function openValidation(study: Study): Promise<Validation | null> {
  const { reference } = study.manifest;
  if (reference === null) return null;
  if (reference.kind === "raster") {
    const ids = await readReferenceRaster(study, reference.path, reference.legend);
    const name = basename(reference.path, extname(reference.path));
    return {
      reference: name,
      years: new Map(study.years.map((year) => [year, ids])),
      change: null,
      observations: null,
    };
  }
  if (reference.kind === "lucas") {
    const { ids, counts } = await readLucas(study, reference.path);
    return {
      reference: "lucas",
      years: new Map([[surveyYear, ids]]),
      change: null,
      observations: counts,
    };
  }
  return simulatedTruth(study);
}

/** The truth of the simulated region, which only validation may read. */
async function simulatedTruth(study: Study): Promise<Validation> {
  const { manifest, workers } = study;
  if (manifest.images.kind !== "simulated") {
    throw new ManifestError(manifest.file, "reference.kind", "simulated needs simulated images");
  }
  // Loaded when asked for, so that a study of real images never touches the simulator.
  const { ensureSimulatedRegion } = await import("../simulate/ensureSimulatedRegion.js");
  const { readStorm, readTruth } = await import("../simulate/truth.js");
  const { folder, grid } = await ensureSimulatedRegion(manifest.images, {
    years: study.years,
    cacheDir: join(packageRoot(), ".cache", "simulated"),
    workers,
  });
  const from = nearestPixels(grid, study.grid);
  const onStudy = (values: Uint8Array) =>
    Uint8Array.from(from, (pixel) => (pixel < 0 ? 0 : values[pixel]!));
  const years = new Map<number, Uint8Array>();
  for (const year of study.years) years.set(year, onStudy(await readTruth(folder, year)));
  const unchanged = unchangedPixels([...years.values()]);
  const storm = onStudy(await readStorm(folder));
  return { reference: "truth", years, change: { unchanged, storm }, observations: null };
}

/** A reference raster on the study's grid as class ids, by nearest neighbour. */
async function readReferenceRaster(
  study: Study,
  path: string,
  legend: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { manifest } = study;
  const idOfName = new Map(study.legend.map(({ name, id }) => [name, id]));
  const idOfValue = new Map<number, number>();
  for (const [value, name] of Object.entries(legend)) {
    const id = idOfName.get(name);
    if (id === undefined) {
      const place = `reference.legend.${value}`;
      throw new ManifestError(manifest.file, place, `no class ${name} in the region's legend`);
    }
    idOfValue.set(Number(value), id);
  }
  return recodedRaster(study, path, idOfValue, "reference.path");
}

/**
 * A raster on the study's grid by nearest neighbour, its values replaced; 0 outside it and for values
 * that have no replacement.
 *
 * @param place key of the manifest that names the raster
 * @throws ManifestError when no pixel has a replacement
 */
export async function recodedRaster(
  { manifest, grid }: Pick<Study, "manifest" | "grid">,
  path: string,
  codes: ReadonlyMap<number, number>,
  place: string,
): Promise<Uint8Array> {
  const raster = await readRaster(path, { bands: [1] });
  const values = raster.bands[0]!;
  const out = Uint8Array.from(nearestPixels(raster.grid, grid), (pixel) =>
    pixel < 0 ? 0 : (codes.get(values[pixel]!) ?? 0),
  );
  if (out.some((code) => code !== 0)) return out;
  const problem = `${path} holds no class of its legend inside the area`;
  throw new ManifestError(manifest.file, place, problem);
}
