import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StacItem } from "../catalogue/item.js";
import { itemFromProduct, searchOdata } from "../catalogue/odataSearch.js";
import type { SearchOptions } from "../catalogue/paging.js";
import type { CatalogueQuery } from "../catalogue/query.js";
import type { CatalogueService } from "../catalogue/services.js";
import { searchStac } from "../catalogue/stacSearch.js";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { HttpFetch } from "../http/http.js";
import type { StacImages } from "../manifest/manifest.js";
import { crsTransform } from "../raster/crs.js";
import { type Grid, gridBounds } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { sortScenes } from "./localCatalogue.js";
import { fillMargin, isoDate, mappingYear } from "./mappingYear.js";
import type { Scene } from "./scene.js";
import { sceneFromItem } from "./stacItem.js";

/** The written answer of a search: a later run reads it instead of asking again. */
interface KeptSearch {
  readonly service: string;
  readonly query: CatalogueQuery;
  readonly notes: readonly string[];
  readonly items: readonly StacItem[];
}

/** Scenes of a catalogue on the network and what was noticed while asking. */
export interface FoundScenes {
  readonly scenes: Scene[];
  readonly notes: readonly string[];
}

/**
 * Scenes of a catalogue for the study's area, years and their margins. The answer is kept as
 * `catalogue.json` in the run folder; the same question is then not asked again.
 *
 * @throws ServiceError when the catalogue refuses or would leave a hole
 */
export async function findRemoteScenes(
  study: Study,
  images: StacImages,
  service: CatalogueService,
  fetch: HttpFetch,
  options: SearchOptions = {},
): Promise<FoundScenes> {
  const query = studyQuery(study, images);
  const path = join(study.folder.root, "catalogue.json");
  let kept = await readKept(path, service, query);
  if (!kept) {
    kept = { service: service.url, query, ...(await ask(service, query, fetch, options)) };
    await writeFileAtomic(path, `${JSON.stringify(kept, null, 1)}\n`);
  }
  const access = {
    base: `${service.url}/`,
    ...(images.access === "s3" ? { form: "s3" } : {}),
    harmonised: images.harmonised ?? false,
  };
  const scenes = kept.items.map((item) => sceneFromItem(item, access));
  return { scenes: sortScenes(scenes), notes: kept.notes };
}

async function ask(
  service: CatalogueService,
  query: CatalogueQuery,
  fetch: HttpFetch,
  options: SearchOptions,
): Promise<Pick<KeptSearch, "items" | "notes">> {
  if (service.protocol === "stac") {
    const { entries, notes } = await searchStac(fetch, service, query, options);
    return { items: [...entries].sort(byId), notes };
  }
  const { entries, notes } = await searchOdata(fetch, service, query, options);
  const items: StacItem[] = [];
  for (const product of entries) items.push(await itemFromProduct(fetch, product, options));
  return { items: items.sort(byId), notes };
}

const byId = (a: StacItem, b: StacItem) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

async function readKept(
  path: string,
  service: CatalogueService,
  query: CatalogueQuery,
): Promise<KeptSearch | null> {
  if (!existsSync(path)) return null;
  let kept: KeptSearch;
  try {
    kept = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new FileError(path, "not JSON, expected the answer of a search", { cause });
  }
  const same = kept.service === service.url && JSON.stringify(kept.query) === JSON.stringify(query);
  return same ? kept : null;
}

/** What a study asks a catalogue for: bounds of its grid, its years with their margins. */
export function studyQuery({ grid, years, manifest }: Study, images: StacImages): CatalogueQuery {
  const spans = years.map((year) => mappingYear(year, manifest.yearStart));
  return {
    collection: images.collection,
    bbox: degreeBounds(grid),
    from: isoDate(spans[0]!.start - fillMargin),
    to: isoDate(spans.at(-1)!.start + spans.at(-1)!.length + fillMargin),
  };
}

/** Bounds of a grid in degrees, from points along its edges: [west, south, east, north]. */
export function degreeBounds(grid: Grid): [number, number, number, number] {
  const [xmin, ymin, xmax, ymax] = gridBounds(grid);
  const toDegrees = crsTransform(grid.epsg, 4326);
  const points: [number, number][] = [];
  for (let i = 0; i <= 20; i++) {
    const x = xmin + (i / 20) * (xmax - xmin);
    const y = ymin + (i / 20) * (ymax - ymin);
    points.push(toDegrees(x, ymin), toDegrees(x, ymax), toDegrees(xmin, y), toDegrees(xmax, y));
  }
  const round = (value: number) => Math.round(value * 1e6) / 1e6;
  const longitudes = points.map(([x]) => x);
  const latitudes = points.map(([, y]) => y);
  return [
    round(Math.min(...longitudes)),
    round(Math.min(...latitudes)),
    round(Math.max(...longitudes)),
    round(Math.max(...latitudes)),
  ];
}
