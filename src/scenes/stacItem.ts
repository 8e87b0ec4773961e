import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileError } from "../errors.js";
import { parseBaseline } from "./baseline.js";
import type { Scene, SceneBand, SceneOrigin } from "./scene.js";

/** The parts of a STAC item that a scene record is made from. */
export interface StacItem {
  readonly id: string;
  readonly collection?: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, { readonly href: string; readonly type?: string }>>;
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
const invalidClasses = [0, 1, 2, 3, 8, 9, 10];
const cloudClasses = [8, 9, 10];

/**
 * A scene record from an item of Earth Search, Planetary Computer or the Copernicus Data Space,
 * with local files.
 *
 * @param file path of the item, to which relative links refer
 */
export function sceneFromItem(item: StacItem, file: string): Scene {
  const { properties, assets } = item;
  const text = (...names: string[]) => {
    const found = names.map((name) => properties[name]).find((value) => value != null);
    return found === undefined ? null : String(found);
  };
  const time = text("datetime");
  if (!time || Number.isNaN(Date.parse(time))) {
    throw new FileError(file, `properties.datetime is ${time}, expected an ISO time`);
  }
  const bands: Record<string, SceneBand> = {};
  const missing: string[] = [];
  for (const [band, names] of Object.entries(assetNames)) {
    const asset = names.find((name) => assets[name]);
    if (!asset) missing.push(band);
    else {
      const path = assetPath(file, assets[asset]!.href);
      bands[band] = { path, band: 1, scale: 1e-4, offset: 0, nodata: 0 };
    }
  }
  const scl = assets.scl ?? assets.SCL ?? assets.SCL_20m;
  if (!scl) missing.push("SCL");
  const product = text("s2:product_uri", "s2:product_id");
  const orbit = text("sat:relative_orbit") ?? /_R(\d{3})_/.exec(product ?? "")?.[1] ?? null;
  const cloud = text("eo:cloud_cover");
  return {
    id: item.id,
    time: new Date(time).toISOString(),
    origin: itemOrigin(item),
    collection: item.collection ?? "",
    tile: text("grid:code", "s2:mgrs_tile")?.replace(/^MGRS-/, "") ?? null,
    platform: text("platform")?.toLowerCase() ?? null,
    orbit: orbit === null ? null : Number(orbit),
    baseline: parseBaseline(text("s2:processing_baseline", "processing:version")),
    product,
    generated: text("s2:generation_time", "processing:datetime"),
    original: Object.values(bands).some(({ path }) => /\.jp2$/i.test(path)),
    tileCloud: cloud === null ? null : Number(cloud),
    bands,
    mask: scl
      ? {
          path: assetPath(file, scl.href),
          band: 1,
          invalid: invalidClasses,
          cloud: cloudClasses,
          dilate: 2,
          nodata: 0,
        }
      : null,
    defect: missing.length ? `no asset for ${missing.join(" ")}` : null,
  };
}

/** The catalogue whose dialect an item speaks. */
function itemOrigin({ properties, assets }: StacItem): SceneOrigin {
  if ("processing:version" in properties && "B04_10m" in assets) return "cdse";
  if ("s2:mgrs_tile" in properties && "B04" in assets) return "planetary-computer";
  return "earth-search";
}

function assetPath(file: string, href: string): string {
  if (href.startsWith("file:")) return fileURLToPath(href);
  if (/^[a-z][a-z0-9+.-]+:/i.test(href)) {
    throw new FileError(file, `asset ${href} is remote, expected a local file`);
  }
  return isAbsolute(href) ? href : join(dirname(file), href);
}
