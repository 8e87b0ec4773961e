import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { FileError, ManifestError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { createHttpClient } from "../http/client.js";
import type { Labels } from "../manifest/manifest.js";
import { createRandom } from "../random.js";
import { modeCoarsen } from "../raster/coarsen.js";
import { type Grid, gridText, sameGrid } from "../raster/grid.js";
import { type Raster, readRaster } from "../raster/readRaster.js";
import { nearestPixels } from "../raster/warp.js";
import { writeCog } from "../raster/writeCog.js";
import { simulatedLabels } from "../scenes/simulatedRegion.js";
import type { Study } from "../study/study.js";
import { clcCodes, clcSources, readClcClasses } from "./clc.js";
import { type ClcPolygon, clcServiceUrl, fetchClcPolygons, rasterizeClc } from "./clcService.js";
import type { LabelMap, SourceClass } from "./sourceClass.js";

type RasterLabels = Extract<Labels, { kind: "raster" }>;

/**
 * Brings the label source onto the study's grid by nearest neighbour and saves it as
 * `samples/labels.tif`. A raster with `coarsen` first gets the most frequent value of square cells,
 * so that a fine map can stand for an old, coarse one.
 *
 * @throws ManifestError when the raster does not overlap the area or its legend names no class
 * @throws ServiceError when the polygons of a service cannot be had in full
 */
export async function prepareLabels(study: Study): Promise<LabelMap> {
  const { labels } = study.manifest;
  const place = await labelPlace(study);
  const served = labels.kind === "service";
  const values = await (served ? serviceValues : rasterValues)(study, place);
  const sources = await labelSources(study);
  const codes =
    labels.kind === "raster"
      ? rasterCodes(values, labels, sources, study.grid)
      : clcCodes(values, await readClcClasses());
  if (!codes.some((code) => code !== 0)) {
    throw new ManifestError(
      study.manifest.file,
      served ? "labels" : "labels.path",
      `${place} holds no known class inside the area, expected at least one`,
    );
  }
  await writeCog(study.folder.samples("labels.tif"), {
    grid: study.grid,
    bands: [codes],
    nodata: 0,
    bandNames: ["label source"],
    overviews: "mode",
  });
  return { codes, sources };
}

/** Path or address of the label source. */
async function labelPlace(study: Study): Promise<string> {
  const { labels } = study.manifest;
  if (labels.kind === "simulated") return simulatedLabels(study);
  return labels.kind === "service" ? (labels.url ?? clcServiceUrl) : labels.path;
}

/** Reads what {@link prepareLabels} saved. */
export async function openLabels(study: Study): Promise<LabelMap> {
  const path = study.folder.samples("labels.tif");
  const { grid, bands } = await readRaster(path);
  const codes = bands[0];
  if (!(codes instanceof Uint16Array) || !sameGrid(grid, study.grid)) {
    throw new FileError(path, "another grid or sample type, expected labels of this study");
  }
  return { codes, sources: await labelSources(study) };
}

/** The classes of the study's label source with their ids in its legend. */
export async function labelSources({ manifest, legend }: Study): Promise<SourceClass[]> {
  const { labels } = manifest;
  if (labels.kind !== "raster") return clcSources(await readClcClasses(), legend);
  return Object.entries(labels.legend).map(([value, name]) => {
    const found = legend.find((one) => one.name === name);
    const code = Number(value);
    const place = `labels.legend.${value}`;
    if (!found) {
      const known = legend.map((one) => one.name).join(", ");
      throw new ManifestError(manifest.file, place, `no class ${name}, expected one of ${known}`);
    }
    if (!Number.isInteger(code) || code < 1 || code > 65535) {
      throw new ManifestError(manifest.file, place, "not a raster value, expected 1-65535");
    }
    return { code, name, classId: found.id, use: "core" as const };
  });
}

/**
 * CORINE codes on the study's grid from the polygons of a service. The polygons are kept as
 * `samples/clc-polygons.json`; the same question is then not asked again.
 */
async function serviceValues({ folder, grid, seed }: Study, url: string): Promise<Uint16Array> {
  const path = folder.samples("clc-polygons.json");
  let kept: KeptPolygons | null = existsSync(path) ? await readPolygons(path) : null;
  if (kept?.url !== url || JSON.stringify(kept.grid) !== JSON.stringify(grid)) {
    const { data } = createHttpClient({ random: createRandom(seed).split("labels") });
    kept = { url, grid, polygons: await fetchClcPolygons(grid, url, data) };
    await writeFileAtomic(path, JSON.stringify(kept));
  }
  return rasterizeClc(kept.polygons, grid);
}

interface KeptPolygons {
  readonly url: string;
  readonly grid: Grid;
  readonly polygons: readonly ClcPolygon[];
}

async function readPolygons(path: string): Promise<KeptPolygons> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new FileError(path, "not JSON, expected the polygons of a service", { cause });
  }
}

/** Values of the label raster on the study's grid, 0 where it has none. */
async function rasterValues(study: Study, path: string): Promise<Uint16Array> {
  const { manifest, grid } = study;
  const raster = await readRaster(path, { bands: [1] });
  const from = nearestPixels(raster.grid, grid);
  if (!from.some((pixel) => pixel >= 0)) {
    throw new ManifestError(
      manifest.file,
      "labels.path",
      `${path} (${gridText(raster.grid)}) does not overlap the area (${gridText(grid)})`,
    );
  }
  return Uint16Array.from(from, (pixel) => (pixel < 0 ? 0 : storedValue(raster, pixel)));
}

function storedValue({ bands, nodata }: Raster, pixel: number): number {
  const value = bands[0]![pixel]!;
  return value === nodata || !(value > 0 && value <= 65535) ? 0 : value;
}

function rasterCodes(
  values: Uint16Array,
  labels: RasterLabels,
  sources: readonly SourceClass[],
  grid: Grid,
): Uint16Array {
  const coarse = labels.coarsen ? modeCoarsen(values, grid, labels.coarsen, 0) : values;
  // Values outside the legend take part in the mode: a cell of mostly unknown cover is unknown.
  const known = new Set(sources.map((source) => source.code));
  return coarse.map((value) => (known.has(value) ? value : 0));
}
