import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ManifestError } from "../errors.js";
import type { FolderImages } from "../manifest/manifest.js";
import { sortScenes } from "./localCatalogue.js";
import type { Scene, SceneBand, SceneMask } from "./scene.js";

/**
 * Scenes of a plain folder: one file an acquisition, matched over bands and mask by the
 * `yyyymmddThhmmss` in the file name.
 *
 * @throws ManifestError when a pattern has not exactly one `*` in its file name or matches no file
 */
export async function readFolderScenes(images: FolderImages, manifest: string): Promise<Scene[]> {
  const times = new Set<string>();
  const filesOf = async (place: string, pattern: string) => {
    const files = await filesByTime(images.path, pattern, manifest, place);
    for (const time of files.keys()) times.add(time);
    return files;
  };
  const masks = await filesOf("images.mask.pattern", images.mask.pattern);
  const bands = new Map<string, Map<string, string>>();
  for (const [name, { pattern }] of Object.entries(images.bands)) {
    bands.set(name, await filesOf(`images.bands.${name}.pattern`, pattern));
  }
  return sortScenes([...times].map((time) => sceneAt(images, time, bands, masks.get(time))));
}

function sceneAt(
  images: FolderImages,
  time: string,
  files: ReadonlyMap<string, ReadonlyMap<string, string>>,
  maskPath: string | undefined,
): Scene {
  const bands: Record<string, SceneBand> = {};
  const missing: string[] = [];
  for (const [name, { band = 1, scale, offset }] of Object.entries(images.bands)) {
    const path = files.get(name)?.get(time);
    if (path) bands[name] = { path, band, scale, offset, nodata: null };
    else missing.push(name);
  }
  if (!maskPath) missing.push("mask");
  return {
    id: time,
    time: isoTime(time),
    origin: "manifest",
    collection: "",
    tile: null,
    platform: null,
    orbit: null,
    baseline: null,
    product: null,
    generated: null,
    original: false,
    datatake: null,
    footprint: null,
    offsetRemoved: null,
    listedOffset: null,
    originals: {},
    thumbnail: null,
    tileCloud: null,
    bands,
    mask: maskPath ? folderMask(images.mask, maskPath) : null,
    statedFiles: [],
    defect: missing.length ? `no file for ${missing.join(" ")}` : null,
  };
}

function folderMask({ invalid, dilate = 2 }: FolderImages["mask"], path: string): SceneMask {
  return { path, band: 1, invalid, cloud: invalid, dilate, nodata: null };
}

function isoTime(stamp: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})$/.exec(stamp)!;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

async function filesByTime(
  root: string,
  pattern: string,
  manifest: string,
  place: string,
): Promise<Map<string, string>> {
  const name = basename(pattern);
  const [before, after, ...more] = name.split("*");
  if (
    before === undefined ||
    after === undefined ||
    more.length ||
    dirname(pattern).includes("*")
  ) {
    throw new ManifestError(manifest, place, `${pattern} has not one * in its file name`);
  }
  const folder = join(root, dirname(pattern));
  const found = new Map<string, string>();
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new ManifestError(manifest, place, `folder ${folder} cannot be read`, { cause });
  });
  for (const file of names.sort()) {
    if (!file.startsWith(before) || !file.endsWith(after)) continue;
    const time = /\d{8}T\d{6}/.exec(file)?.[0];
    if (!time) continue;
    if (found.has(time)) {
      throw new ManifestError(manifest, place, `two files of ${time} in ${folder}, expected one`);
    }
    found.set(time, join(folder, file));
  }
  if (found.size === 0) {
    throw new ManifestError(manifest, place, `${pattern} matches no file with yyyymmddThhmmss`);
  }
  return found;
}
