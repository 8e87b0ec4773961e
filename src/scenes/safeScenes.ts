import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Footprint } from "../catalogue/footprint.js";
import { FileError } from "../errors.js";
import { parseBaseline } from "./baseline.js";
import { sortScenes } from "./localCatalogue.js";
import type { Scene, SceneBand } from "./scene.js";
import { catalogueBands, cloudClasses, invalidClasses } from "./stacItem.js";

const bandsOf10Metres = new Set(["B02", "B03", "B04", "B08"]);

/**
 * Bands in the order of `band_id` in a product's metadata; offsets are listed by that number.
 * Source: Sentinel-2 Products Specification Document, physical bands.
 */
const bandOrder = "B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B10 B11 B12".split(" ");

/**
 * Scenes of a folder of L2A products as they are delivered (`*.SAFE`), ordered by time.
 *
 * @throws FileError when the folder holds no product or one cannot be understood
 */
export async function readSafeFolders(folder: string): Promise<Scene[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".SAFE")).sort();
  if (names.length === 0) throw new FileError(folder, "no *.SAFE, expected Sentinel-2 products");
  const scenes: Scene[] = [];
  for (const name of names) scenes.push(await readSafe(join(folder, name), name));
  return sortScenes(scenes);
}

async function readSafe(folder: string, name: string): Promise<Scene> {
  const file = join(folder, "MTD_MSIL2A.xml");
  if (!existsSync(file)) throw new FileError(file, "is missing, expected an L2A product");
  const xml = await readFile(file, "utf8");
  const value = (tag: string) => new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`).exec(xml)?.[1]?.trim();
  const time = value("PRODUCT_START_TIME");
  if (!time || Number.isNaN(Date.parse(time))) {
    throw new FileError(file, `PRODUCT_START_TIME is ${time}, expected an ISO time`);
  }
  const quantification = Number(value("BOA_QUANTIFICATION_VALUE") ?? 10_000);
  const files = new Map<string, string>();
  for (const [, path] of xml.matchAll(/<IMAGE_FILE>([^<]+)<\/IMAGE_FILE>/g)) {
    const [, layer, metres] = /_(\w{3})_(\d\d)m$/.exec(path!.trim()) ?? [];
    if (layer && metres) files.set(`${layer}_${metres}`, join(folder, `${path!.trim()}.jp2`));
  }
  const bands: Record<string, SceneBand> = {};
  const missing: string[] = [];
  const located = (key: string) => {
    const path = files.get(key);
    if (path && existsSync(path)) return path;
    missing.push(key.slice(0, 3));
    return null;
  };
  for (const band of catalogueBands) {
    const path = located(`${band}_${bandsOf10Metres.has(band) ? 10 : 20}`);
    if (path) bands[band] = { path, band: 1, scale: 1 / quantification, offset: 0, nodata: 0 };
  }
  const scl = located("SCL_20");
  const stated = await readManifestSafe(folder);
  const statedFiles = [
    ...Object.entries(bands).map(([layer, { path }]) => ({ layer, path })),
    ...(scl ? [{ layer: "mask", path: scl }] : []),
  ].flatMap(({ layer, path }) => {
    const found = stated.get(path);
    return found ? [{ layer, path, ...found }] : [];
  });
  const cloud = value("Cloud_Coverage_Assessment");
  const spacecraft = value("SPACECRAFT_NAME")?.slice(-1).toLowerCase();
  const orbit = value("SENSING_ORBIT_NUMBER");
  const picture = join(folder, name.replace(/\.SAFE$/, "-ql.jpg"));
  return {
    id: name.replace(/\.SAFE$/, ""),
    time: new Date(time).toISOString(),
    origin: "safe",
    collection: "",
    tile: /_T(\d{2}[A-Z]{3})_/.exec(name)?.[1] ?? null,
    platform: spacecraft ? `sentinel-2${spacecraft}` : null,
    orbit: orbit === undefined ? null : Number(orbit),
    baseline: parseBaseline(value("PROCESSING_BASELINE")),
    product: value("PRODUCT_URI") ?? name,
    generated: value("GENERATION_TIME") ?? null,
    original: true,
    datatake: /datatakeIdentifier="([^"]+?)(?:_N\d\d\.\d\d)?"/.exec(xml)?.[1] ?? null,
    footprint: footprintOf(value("EXT_POS_LIST")),
    offsetRemoved: null,
    listedOffset: offsetsOf(xml),
    originals: {},
    thumbnail: existsSync(picture) ? picture : null,
    tileCloud: cloud === undefined ? null : Number(cloud),
    bands,
    mask: scl
      ? {
          path: scl,
          band: 1,
          invalid: invalidClasses,
          cloud: cloudClasses,
          dilate: 2,
          nodata: 0,
        }
      : null,
    statedFiles,
    defect: missing.length ? `no file for ${missing.join(" ")}` : null,
  };
}

/** Multihash prefixes of the checksums that products list. */
const checksumPrefixes: Readonly<Record<string, string>> = { "SHA3-256": "1620", MD5: "d50110" };

/** Sizes and checksums by path, as the product's own list of files (`manifest.safe`) states them. */
async function readManifestSafe(
  folder: string,
): Promise<Map<string, { size: number | null; checksum: string | null }>> {
  const stated = new Map<string, { size: number | null; checksum: string | null }>();
  const file = join(folder, "manifest.safe");
  if (!existsSync(file)) return stated;
  const xml = await readFile(file, "utf8");
  for (const [, attributes, content] of xml.matchAll(
    /<byteStream\b([^>]*)>([\s\S]*?)<\/byteStream>/g,
  )) {
    const href = /<fileLocation\b[^>]*\bhref="(?:\.\/)?([^"]+)"/.exec(content!)?.[1];
    if (!href) continue;
    const size = /\bsize="(\d+)"/.exec(attributes!)?.[1];
    const [, algorithm, digest] =
      /<checksum\b[^>]*\bchecksumName="([^"]+)"[^>]*>\s*([0-9a-fA-F]+)/.exec(content!) ?? [];
    const prefix = checksumPrefixes[algorithm ?? ""];
    stated.set(join(folder, href), {
      size: size === undefined ? null : Number(size),
      checksum: prefix && digest ? `${prefix}${digest.toLowerCase()}` : null,
    });
  }
  return stated;
}

/** BOA_ADD_OFFSET by band; a product without the list needs none. */
function offsetsOf(xml: string): Record<string, number> {
  const offsets: Record<string, number> = Object.fromEntries(bandOrder.map((band) => [band, 0]));
  for (const [, id, added] of xml.matchAll(
    /<BOA_ADD_OFFSET band_id="(\d+)">\s*(-?\d+)\s*<\/BOA_ADD_OFFSET>/g,
  )) {
    const band = bandOrder[Number(id)];
    if (band) offsets[band] = Number(added);
  }
  return offsets;
}

/** Latitudes and longitudes in turn become a polygon. */
function footprintOf(text: string | undefined): Footprint | null {
  const numbers = (text ?? "")
    .split(/\s+/)
    .filter((word) => word)
    .map(Number);
  if (numbers.length < 8 || numbers.some(Number.isNaN)) return null;
  const ring: [number, number][] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) ring.push([numbers[i + 1]!, numbers[i]!]);
  return { type: "Polygon", coordinates: [ring] };
}
