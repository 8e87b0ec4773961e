import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StacAsset, StacItem } from "../catalogue/item.js";
import { FileError } from "../errors.js";
import { isRemote } from "../http/http.js";
import { isJpeg2000 } from "../raster/jpeg2000.js";
import { parseBaseline } from "./baseline.js";
import type { Scene, SceneBand, SceneOrigin, StatedFile } from "./scene.js";

/** How the files of an item are reached. */
export interface AssetAccess {
  /** File or address that relative links refer to. */
  readonly base: string;
  /** Name of the form to take where an item gives several, such as `s3`. */
  readonly form?: string;
  /** Whether the service removes the offset of later baselines itself. */
  readonly harmonised?: boolean;
}

/** Band of the study -> asset names in the dialects of the catalogues, the first present wins. */
const assetNames: Readonly<Record<string, readonly string[]>> = {
  B02: ["blue", "B02", "B02_10m"],
  B03: ["green", "B03", "B03_10m"],
  B04: ["red", "B04", "B04_10m"],
  B05: ["rededge1", "B05", "B05_20m"],
  B06: ["rededge2", "B06", "B06_20m"],
  B07: ["rededge3", "B07", "B07_20m"],
  B08: ["nir", "B08", "B08_10m"],
  B8A: ["nir08", "B8A", "B8A_20m"],
  B11: ["swir16", "B11", "B11_20m"],
  B12: ["swir22", "B12", "B12_20m"],
};

/** The ten bands of a scene from a catalogue, in the order of the cube. */
export const catalogueBands: readonly string[] = Object.keys(assetNames);

/** Scene classes that are not usable, and those of them that are cloud. */
export const invalidClasses: readonly number[] = [0, 1, 2, 3, 8, 9, 10];
export const cloudClasses: readonly number[] = [8, 9, 10];

/** Object stores that anyone may read by HTTPS. */
const publicStores: Readonly<Record<string, string>> = {
  "sentinel-cogs": "https://sentinel-cogs.s3.us-west-2.amazonaws.com",
  "e84-earth-search-sentinel-data":
    "https://e84-earth-search-sentinel-data.s3.us-west-2.amazonaws.com",
};

/**
 * A scene record from an item of Earth Search, Planetary Computer or the Copernicus Data Space, or
 * of another service that speaks like one of them.
 *
 * @param access file or address of the item, and the form of its files
 */
export function sceneFromItem(item: StacItem, access: string | AssetAccess): Scene {
  const { base, form, harmonised }: AssetAccess =
    typeof access === "string" ? { base: access } : access;
  const { properties, assets } = item;
  const text = (...names: string[]) => {
    const found = names.map((name) => properties[name]).find((value) => value != null);
    return found === undefined ? null : String(found);
  };
  const number = (...names: string[]) => {
    const found = text(...names);
    return found === null || Number.isNaN(Number(found)) ? null : Number(found);
  };
  const time = text("datetime");
  if (!time || Number.isNaN(Date.parse(time))) {
    throw new FileError(base, `properties.datetime of ${item.id} is ${time}, expected an ISO time`);
  }
  const path = (asset: StacAsset) =>
    assetPath(base, (form && asset.alternate?.[form]?.href) || asset.href);
  const statedFiles: StatedFile[] = [];
  const note = (layer: string, asset: StacAsset) => {
    const { "file:size": size = null, "file:checksum": checksum = null } = asset;
    if (size !== null || checksum !== null) {
      statedFiles.push({ layer, path: path(asset), size, checksum });
    }
  };
  const bands: Record<string, SceneBand> = {};
  const originals: Record<string, string> = {};
  const missing: string[] = [];
  for (const [band, names] of Object.entries(assetNames)) {
    const asset = names.find((name) => assets[name]);
    if (!asset) missing.push(band);
    else {
      bands[band] = { path: path(assets[asset]!), band: 1, scale: 1e-4, offset: 0, nodata: 0 };
      note(band, assets[asset]!);
      const original = assets[`${asset}-jp2`];
      if (original) originals[band] = path(original);
    }
  }
  const scl = assets.scl ?? assets.SCL ?? assets.SCL_20m;
  if (!scl) missing.push("SCL");
  else note("mask", scl);
  const picture = assets.thumbnail ?? assets.rendered_preview;
  const product = text("s2:product_uri", "s2:product_id");
  const offline = properties.online === false;
  return {
    id: item.id,
    time: new Date(time).toISOString(),
    origin: harmonised ? "harmonised" : itemOrigin(item),
    collection: item.collection ?? "",
    tile: text("grid:code", "s2:mgrs_tile")?.replace(/^MGRS-/, "") ?? null,
    platform: platformName(text("platform")),
    orbit: number("sat:relative_orbit") ?? orbitOfProduct(product ?? item.id),
    baseline: parseBaseline(text("s2:processing_baseline", "processing:version")),
    product: product ?? (item.id.includes("_MSIL2A_") ? item.id : null),
    generated: text("s2:generation_time", "processing:datetime"),
    datatake: datatakeOf(text("s2:datatake_id", "eopf:datatake_id")),
    footprint: item.geometry ?? null,
    offsetRemoved:
      typeof properties["earthsearch:boa_offset_applied"] === "boolean"
        ? properties["earthsearch:boa_offset_applied"]
        : null,
    listedOffset: null,
    originals,
    thumbnail: picture ? path(picture) : null,
    original: Object.values(bands).some((one) => isJpeg2000(one.path)),
    tileCloud: number("eo:cloud_cover"),
    bands,
    mask: scl
      ? {
          path: path(scl),
          band: 1,
          invalid: invalidClasses,
          cloud: cloudClasses,
          dilate: 2,
          nodata: 0,
        }
      : null,
    statedFiles,
    defect: offline
      ? "offline: the service has to fetch the product from its archive, which cannot be ordered here"
      : missing.length
        ? `no asset for ${missing.join(" ")}`
        : null,
  };
}

/** `sentinel-2a` for `Sentinel-2A`, `S2A` and `A`. */
function platformName(text: string | null): string | null {
  const letter = /^(?:sentinel-?2|s2)?([a-d])$/i.exec(text?.trim() ?? "")?.[1];
  return letter ? `sentinel-2${letter.toLowerCase()}` : (text?.toLowerCase() ?? null);
}

function orbitOfProduct(name: string): number | null {
  const orbit = /_R(\d{3})_/.exec(name)?.[1];
  return orbit === undefined ? null : Number(orbit);
}

/** A datatake's name ends in the baseline, which differs between versions of the same pixels. */
function datatakeOf(text: string | null): string | null {
  return text?.replace(/_N\d\d\.\d\d$/, "") ?? null;
}

/** The catalogue whose dialect an item speaks. */
function itemOrigin({ properties, assets }: StacItem): SceneOrigin {
  if ("processing:version" in properties) return "cdse";
  if ("s2:mgrs_tile" in properties && "B04" in assets) return "planetary-computer";
  return "earth-search";
}

function assetPath(base: string, href: string): string {
  if (href.startsWith("file:")) return fileURLToPath(href);
  const store = /^s3:\/\/([^/]+)(\/.*)$/.exec(href);
  const address = store && publicStores[store[1]!];
  if (address) return `${address}${store[2]}`;
  if (isRemote(href)) return href;
  if (isRemote(base)) return new URL(href, base).href;
  return isAbsolute(href) ? href : join(dirname(base), href);
}
