import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError, UsageError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { SimulatedImages } from "../manifest/manifest.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { createRandom } from "../random.js";
import type { Grid } from "../raster/grid.js";
import { writeCog } from "../raster/writeCog.js";
import { writeCsv } from "../table/csv.js";
import * as constants from "./constants.js";
import { simulateCorine } from "./corine.js";
import { noiseTable, type SceneContext } from "./scene.js";
import { readSpectra } from "./spectra.js";
import { classesOf } from "./surfaceTypes.js";
import { type Ground, simulatedGrid, simulateGround, simulateWorld } from "./world.js";

/** A simulated region on disk. */
export interface SimulatedRegion {
  readonly folder: string;
  readonly grid: Grid;
  /** Folder of STAC items. */
  readonly catalogue: string;
  /** CORINE-like labels: codes at 100 m in EPSG:3035. */
  readonly labels: string;
}

/** How and where a region is made. */
export interface SimulationOptions {
  /** Mapping years of the study; they must lie within those of the region. */
  readonly years: readonly number[];
  /** Folder of all simulated regions. */
  readonly cacheDir: string;
  /** Worker threads. */
  readonly workers: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Name of the file that is written last. */
const marker = "complete.json";

/**
 * Makes the simulated region or finds it in the cache. Its folder is named by a hash of seed, size,
 * spectra tables and the simulator's constants; it counts only once its marker, written last, is
 * there, and after an interruption whole scenes are kept and everything else is made again.
 *
 * @throws UsageError for a size or year the region cannot have; FileError for missing spectra
 */
export async function ensureSimulatedRegion(
  images: SimulatedImages,
  options: SimulationOptions,
): Promise<SimulatedRegion> {
  const grid = simulatedGrid(images.size);
  const outside = options.years.filter((year) => !constants.place.years.includes(year));
  if (outside.length > 0) {
    const known = constants.place.years.join(", ");
    throw new UsageError("years", `${outside.join(", ")}: the simulated region has ${known}`);
  }
  const hash = await regionHash(images);
  const folder = join(options.cacheDir, hash);
  const region: SimulatedRegion = {
    folder,
    grid,
    catalogue: join(folder, "items"),
    labels: join(folder, "labels", "clc2018.tif"),
  };
  if (!existsSync(join(folder, marker))) await makeRegion(images, region, hash, options);
  return region;
}

/** Hash of all that the files of a region depend on. */
async function regionHash({ seed, size, spectra }: SimulatedImages): Promise<string> {
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ seed, size }));
  // The simulator's own code, its constants included: what another version made is another region.
  const own = dirname(fileURLToPath(import.meta.url));
  for (const name of (await readdir(own)).filter((file) => file.endsWith(".js")).sort()) {
    hash.update(await readFile(join(own, name)));
  }
  for (const name of ["phenology.csv", "variation.json"]) {
    try {
      hash.update(await readFile(join(spectra, name)));
    } catch (cause) {
      throw new FileError(join(spectra, name), "cannot be read, expected a spectra table", {
        cause,
      });
    }
  }
  return hash.digest("hex").slice(0, 16);
}

async function makeRegion(
  images: SimulatedImages,
  region: SimulatedRegion,
  hash: string,
  options: SimulationOptions,
): Promise<void> {
  const { folder, grid } = region;
  const { onProgress, signal, workers } = options;
  const note = (text: string) => onProgress?.(0, 1, text);
  note("relief and land cover");
  const spectra = await readSpectra(images.spectra);
  const ground = simulateGround(images.seed, grid.width);
  await mkdir(folder, { recursive: true });
  const description = {
    seed: images.seed,
    size: images.size,
    hash,
    grid,
    years: constants.place.years,
  };
  await writeFileAtomic(join(folder, "region.json"), `${JSON.stringify(description, null, 2)}\n`);
  note("stands and fields");
  const world = simulateWorld(images.seed, ground, spectra);
  const missing = [...world.acquisitions.keys()].filter(
    (index) => !existsSync(join(folder, "items", `${world.acquisitions[index]!.id}.json`)),
  );
  const total = world.acquisitions.length;
  const found = total - missing.length;
  // Only the main thread needs the map of stands; the workers see pixels through their mixtures.
  const context: SceneContext = {
    world: { ...world, stands: { ...world.stands, ofPixel: [] } },
    folder,
    grid,
    noise: noiseTable(images.seed),
  };
  const scenes = runTasks<number, void, SceneContext>({
    module: new URL("./scene.js", import.meta.url),
    name: "writeScene",
    tasks: missing,
    context,
    workers,
    onResult: (_, __, done) => onProgress?.(found + done, total, "scenes"),
    ...(signal ? { signal } : {}),
  });
  // Maps are drawn while the workers start.
  await Promise.all([
    scenes,
    writeTruth(folder, grid, ground),
    writeLabels(images, region, ground),
  ]);
  await writeFileAtomic(join(folder, marker), `${JSON.stringify({ hash, scenes: total })}\n`);
}

async function writeLabels(
  { seed }: SimulatedImages,
  { labels, grid }: SimulatedRegion,
  ground: Ground,
): Promise<void> {
  const corine = simulateCorine(createRandom(seed).split("labels"), ground, grid);
  await writeCog(labels, {
    grid: corine.grid,
    bands: [corine.codes],
    nodata: 0,
    overviews: "none",
  });
}

/** Truth of every year, the storm and the list of change patches; validation alone reads them. */
async function writeTruth(folder: string, grid: Grid, { change }: Ground): Promise<void> {
  const { classId, classColour, place } = constants;
  const names = Object.keys(classId) as constants.ClassName[];
  const palette = new Map(names.map((name) => [classId[name] as number, classColour[name]]));
  const write = (name: string, bands: [Uint8Array], colours?: Map<number, string>) =>
    writeCog(join(folder, "truth", `${name}.tif`), {
      grid,
      bands,
      overviews: "none",
      ...(colours ? { palette: colours, nodata: 0 } : {}),
    });
  for (let k = 0; k < place.years.length; k++) {
    await write(String(place.years[k]), [classesOf(change.types[k]!)], palette);
  }
  await write("storm", [change.storm]);
  await writeCsv(
    join(folder, "truth", "changes.csv"),
    ["id", "kind", "year", "from", "to", "pixels", "column", "row"],
    change.patches.map((patch) => ({ ...patch })),
  );
}
