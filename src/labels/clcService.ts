import { ServiceError } from "../errors.js";
import { type HttpFetch, publicAddress, replyText } from "../http/http.js";
import { crsTransform } from "../raster/crs.js";
import { type Bounds, type Grid, gridBounds } from "../raster/grid.js";
import { type Ring, scanRings } from "../raster/polygons.js";

/** Polygons of CORINE Land Cover 2018 as the European Environment Agency serves them (EPSG:3035). */
export const clcServiceUrl =
  "https://image.discomap.eea.europa.eu/arcgis/rest/services/Corine/CLC2018_LAEA/MapServer/0";

/** A polygon of one class. */
export interface ClcPolygon {
  /** Number in the service. */
  readonly id: number;
  /** Level-3 code, 111-523. */
  readonly code: number;
  /** Outer rings and holes, metres in EPSG:3035. */
  readonly rings: readonly Ring[];
}

/** Coordinate system of the polygons. */
const epsg = 3035;
/** Polygons asked for a page at first, and fewest. */
const largestPage = 500;
const smallestPage = 10;
/** Metres by which the box is widened: its sides are straight in another coordinate system. */
const margin = 200;

/**
 * Polygons that touch a grid, page by page in the order of their numbers. A page that fails is
 * asked for again at half its size.
 *
 * @throws ServiceError when the service refuses, or gives other polygons than it counts
 */
export async function fetchClcPolygons(
  grid: Grid,
  url: string,
  fetch: HttpFetch,
): Promise<ClcPolygon[]> {
  const box = boundsIn3035(grid);
  const question = {
    where: "1=1",
    geometry: box.join(","),
    geometryType: "esriGeometryEnvelope",
    inSR: String(epsg),
    spatialRel: "esriSpatialRelIntersects",
    f: "json",
  };
  const { count } = await ask(fetch, url, { ...question, returnCountOnly: "true" });
  const found = new Map<number, ClcPolygon>();
  let size = largestPage;
  for (let offset = 0; ; ) {
    const page = await ask(fetch, url, {
      ...question,
      outFields: "OBJECTID,Code_18",
      outSR: String(epsg),
      orderByFields: "OBJECTID",
      resultOffset: String(offset),
      resultRecordCount: String(size),
    }).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || size === smallestPage) throw error;
      size = Math.max(smallestPage, Math.floor(size / 2));
      return null;
    });
    if (!page) continue;
    const polygons = readPolygons(page, url);
    for (const polygon of polygons) found.set(polygon.id, polygon);
    offset += polygons.length;
    if (page.exceededTransferLimit !== true || polygons.length === 0) break;
  }
  if (found.size !== count) {
    const problem = `gave ${found.size} polygons and counts ${count}, expected the same`;
    throw new ServiceError(publicAddress(url), problem);
  }
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/** Level-3 codes of polygons on a grid by pixel centre, 0 where none lies. */
export function rasterizeClc(polygons: readonly ClcPolygon[], grid: Grid): Uint16Array {
  const codes = new Uint16Array(grid.width * grid.height);
  const transform = crsTransform(epsg, grid.epsg);
  for (const { code, rings } of polygons) {
    const placed = rings.map((ring) => ring.map(([x, y]) => transform(x, y)));
    scanRings(placed, grid, (row, start, end) => {
      codes.fill(code, row * grid.width + start, row * grid.width + end);
    });
  }
  return codes;
}

/** Bounds of a grid in the system of the polygons, from points along its edges. */
function boundsIn3035(grid: Grid): Bounds {
  const [xmin, ymin, xmax, ymax] = gridBounds(grid);
  const transform = crsTransform(grid.epsg, epsg);
  const points: [number, number][] = [];
  for (let i = 0; i <= 20; i++) {
    const x = xmin + (i / 20) * (xmax - xmin);
    const y = ymin + (i / 20) * (ymax - ymin);
    points.push(transform(x, ymin), transform(x, ymax), transform(xmin, y), transform(xmax, y));
  }
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [
    Math.floor(Math.min(...xs)) - margin,
    Math.floor(Math.min(...ys)) - margin,
    Math.ceil(Math.max(...xs)) + margin,
    Math.ceil(Math.max(...ys)) + margin,
  ];
}

type Answer = Readonly<Record<string, unknown>>;

/** An answer of the service; it reports errors with status 200. */
async function ask(
  fetch: HttpFetch,
  url: string,
  question: Readonly<Record<string, string>>,
): Promise<Answer> {
  const reply = await fetch({ url: `${url}/query?${new URLSearchParams(question)}` });
  const address = publicAddress(`${url}/query`);
  if (reply.status !== 200) {
    const problem = `answered ${reply.status}, expected polygons`;
    throw new ServiceError(address, problem, reply.status);
  }
  let answer: Answer;
  try {
    answer = JSON.parse(replyText(reply));
  } catch {
    throw new ServiceError(address, "answered no JSON, expected polygons", reply.status);
  }
  const error = answer.error as { code?: unknown; message?: unknown } | undefined;
  if (error) {
    throw new ServiceError(address, `answered error ${error.code}: ${error.message}`, reply.status);
  }
  return answer;
}

interface EsriFeature {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly geometry?: { readonly rings?: readonly Ring[] };
}

function readPolygons({ features }: Answer, url: string): ClcPolygon[] {
  const address = publicAddress(`${url}/query`);
  if (!Array.isArray(features)) throw new ServiceError(address, "answered without features");
  return (features as EsriFeature[]).map(({ attributes = {}, geometry }) => {
    const field = (name: string) => {
      const key = Object.keys(attributes).find((one) => one.toLowerCase() === name);
      return Number(key === undefined ? Number.NaN : attributes[key]);
    };
    const id = field("objectid");
    const code = field("code_18");
    const rings = geometry?.rings;
    if (!Number.isInteger(id) || !Number.isInteger(code) || !Array.isArray(rings)) {
      const problem = `feature ${JSON.stringify(attributes)}, expected OBJECTID, Code_18 and rings`;
      throw new ServiceError(address, problem);
    }
    return { id, code, rings };
  });
}
