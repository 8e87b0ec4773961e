import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, ManifestError } from "../errors.js";
import { type Legend, surveyYear } from "../manifest/manifest.js";
import { packageRoot } from "../packageRoot.js";
import { crsTransform } from "../raster/crs.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import { type Ring, scanRings } from "../raster/polygons.js";
import type { Study } from "../study/study.js";
import { readCsv } from "../table/csv.js";

/** Farthest observer, metres, smallest share of the cover, per cent, and narrowest linear feature, metres. */
const farthest = 100;
const smallestShare = 50;
const narrowest = 20;
/** What the survey writes where a number is not relevant. */
const notRelevant = new Set([8, 88, 888]);

/** Class of a land-cover code, with a land-use code where that decides. */
export interface LucasRule {
  readonly cover: string;
  readonly use: string | null;
  /** Null for covers that have no class. */
  readonly target: string | null;
}

/** The codes of 2018, from `data-manifests/legends/lucas2018.csv`; the first that fits counts. */
export async function readLucasRules(): Promise<LucasRule[]> {
  const file = join(packageRoot(), "data-manifests", "legends", "lucas2018.csv");
  return (await readCsv(file)).map((row) => {
    const [cover, use = null] = row.lc1_pattern!.split("/");
    const target = row.target_class === "exclude" ? null : row.target_class!;
    return { cover: cover!, use, target };
  });
}

/** An observation: columns of the survey in lower case, and where it was made. */
export interface LucasRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Longitude and latitude; null where no position was taken. */
  readonly point: readonly [number, number] | null;
  /** Outline of the observed cover, outer rings and holes; null of a point. */
  readonly rings: readonly Ring[] | null;
}

/**
 * Reads observations of the harmonised LUCAS table or of Eurostat's own (CSV, positions `gps_long`
 * and `gps_lat`, in Eurostat's with the hemisphere in `gps_ew`), or GeoJSON of points or Copernicus polygons with the same columns as properties.
 *
 * @throws FileError when the file is neither, lacks a column or places are not in degrees
 */
export async function readLucasRecords(path: string): Promise<LucasRecord[]> {
  const records = /\.csv$/i.test(path) ? await readTable(path) : await readFeatures(path);
  const needed = ["lc1", "lu1", "lc1_perc", "obs_type", "obs_dist"];
  const missing = needed.filter((name) => records.some(({ fields }) => !(name in fields)));
  if (missing.length > 0) {
    throw new FileError(path, `has no column ${missing.join(", ")}, expected those of LUCAS 2018`);
  }
  for (const [n, { point, rings }] of records.entries()) {
    const [x, y] = point ?? rings?.[0]?.[0] ?? [0, 0];
    if (Math.abs(x) <= 180 && Math.abs(y) <= 90) continue;
    const problem = `observation ${n + 1} lies at ${x}, ${y}, expected longitude and latitude in degrees`;
    throw new FileError(path, problem);
  }
  return records;
}

async function readTable(path: string): Promise<LucasRecord[]> {
  return (await readCsv(path)).map((row) => {
    const fields = lowered(row);
    if (!("gps_long" in fields && "gps_lat" in fields)) {
      throw new FileError(path, "has no column gps_long or gps_lat, expected those of LUCAS 2018");
    }
    const point = [signedLongitude(fields), Number(fields.gps_lat)] as const;
    // 88.888888 stands for a position that was not taken.
    const taken = point.every(
      (value) => Number.isFinite(value) && Math.abs(Math.abs(value) - 88.888888) > 1e-4,
    );
    return { fields, point: taken && fields.gps_lat !== "" ? point : null, rings: null };
  });
}

/** Longitude with its sign: Eurostat's table states degrees and the hemisphere, 1 east, 2 west. */
function signedLongitude({ gps_long, gps_ew }: Readonly<Record<string, unknown>>): number {
  const longitude = Number(gps_long);
  return /^(2|w)/i.test(String(gps_ew ?? "").trim()) ? -Math.abs(longitude) : longitude;
}

interface Feature {
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

async function readFeatures(path: string): Promise<LucasRecord[]> {
  let features: readonly Feature[] | undefined;
  try {
    features = JSON.parse(await readFile(path, "utf8")).features;
  } catch (cause) {
    throw new FileError(path, "cannot be read, expected CSV or GeoJSON", { cause });
  }
  if (!Array.isArray(features)) throw new FileError(path, "is no GeoJSON feature collection");
  return features.map(({ properties, geometry }: Feature, n) => {
    const fields = lowered(properties ?? {});
    const { type, coordinates } = geometry ?? { type: "no geometry", coordinates: null };
    switch (type) {
      case "Point":
        return { fields, point: coordinates as [number, number], rings: null };
      case "Polygon":
        return { fields, point: null, rings: coordinates as Ring[] };
      case "MultiPolygon":
        return { fields, point: null, rings: (coordinates as Ring[][]).flat() };
      default:
        throw new FileError(path, `feature ${n + 1}: ${type}, expected Point or Polygon`);
    }
  });
}

function lowered(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/**
 * Class name of an observation, or why it is not used: it must have been made on site and near,
 * cover at least half of what was looked at, and its code must have a class; a linear feature
 * counts from 20 m width or as a polygon (method section 13).
 */
export function judgeRecord(
  { fields, rings }: LucasRecord,
  rules: readonly LucasRule[],
): { readonly target: string } | { readonly reason: string } {
  const text = (name: string) => String(fields[name] ?? "").trim();
  // Tables write shares and types as numbers or in words, such as "50 - 75 %".
  const number = (name: string) => Number(/\d+(\.\d+)?/.exec(text(name))?.[0] ?? Number.NaN);
  if ("year" in fields && number("year") !== surveyYear) return { reason: "another year" };
  const near = /^(1\b|in situ <)/i.test(text("obs_type"));
  if (!near) return { reason: "not observed on site and near" };
  if (!(number("obs_dist") <= farthest)) return { reason: `observed from over ${farthest} m` };
  if (!(number("lc1_perc") >= smallestShare)) return { reason: `cover below ${smallestShare} %` };
  const cover = text("lc1").toUpperCase();
  const use = text("lu1").toUpperCase();
  const width = number("feature_width");
  if (cover === "A22" && !rings && !(width >= narrowest && !notRelevant.has(width))) {
    return { reason: `linear feature below ${narrowest} m` };
  }
  const rule = rules.find((one) => one.cover === cover && (one.use === null || one.use === use));
  if (!rule) return { reason: "code without a rule" };
  return rule.target === null ? { reason: "cover without a class" } : { target: rule.target };
}

/** Reference classes at observed places. */
export interface LucasReference {
  /** Class ids a pixel, 0 where nothing was observed. */
  readonly ids: Uint8Array;
  /** Observations inside the area by what became of them; `used` and reasons. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Brings observations onto a grid: a point to the pixel that holds it, a polygon to the pixels whose
 * centres it holds. Where both lie polygons count, of points the first.
 */
export function placeRecords(
  records: readonly LucasRecord[],
  rules: readonly LucasRule[],
  legend: Legend,
  grid: Grid,
): LucasReference {
  const project = crsTransform(4326, grid.epsg);
  const ids = new Uint8Array(pixelCount(grid));
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const idOf = new Map(legend.map(({ name, id }) => [name, id]));
  const pixelsOf = ({ point, rings }: LucasRecord): number[] => {
    if (rings) {
      const projected = rings.map((ring) => ring.map(([x, y]) => project(x, y)));
      const pixels: number[] = [];
      scanRings(projected, grid, (row, start, end) => {
        for (let column = start; column < end; column++) pixels.push(row * grid.width + column);
      });
      return pixels;
    }
    if (!point) return [];
    const [x, y] = project(point[0], point[1]);
    const column = Math.floor((x - grid.originX) / grid.pixelWidth);
    const row = Math.floor((grid.originY - y) / grid.pixelHeight);
    const inside = column >= 0 && row >= 0 && column < grid.width && row < grid.height;
    return inside ? [row * grid.width + column] : [];
  };
  const polygonsFirst = [...records].sort((a, b) => Number(!a.rings) - Number(!b.rings));
  for (const record of polygonsFirst) {
    const pixels = pixelsOf(record);
    if (pixels.length === 0) continue;
    const judged = judgeRecord(record, rules);
    if ("reason" in judged) {
      count(judged.reason);
      continue;
    }
    const id = idOf.get(judged.target);
    if (id === undefined) {
      count("class not in the legend");
      continue;
    }
    count("used");
    for (const pixel of pixels) if (ids[pixel] === 0) ids[pixel] = id;
  }
  return { ids, counts };
}

/**
 * The LUCAS 2018 observations that the manifest names, on the study's grid.
 *
 * @throws ManifestError when none inside the area can be used
 */
export async function readLucas(
  { manifest, legend, grid }: Pick<Study, "manifest" | "legend" | "grid">,
  path: string,
): Promise<LucasReference> {
  const found = placeRecords(await readLucasRecords(path), await readLucasRules(), legend, grid);
  if (found.counts.has("used")) return found;
  const reasons = [...found.counts].map(([reason, n]) => `${n} ${reason}`).join(", ");
  const problem = `${path} holds no usable observation inside the area (${reasons || "none lies there"})`;
  throw new ManifestError(manifest.file, "reference.path", problem);
}
