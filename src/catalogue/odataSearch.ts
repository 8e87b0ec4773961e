import { ServiceError } from "../errors.js";
import { type HttpFetch, publicAddress } from "../http/http.js";
import type { StacItem } from "./item.js";
import {
  catalogueJson,
  PageFault,
  readMonths,
  type SearchOptions,
  type SearchResult,
  type SpanResult,
} from "./paging.js";
import type { CatalogueQuery, Span } from "./query.js";
import type { CatalogueService } from "./services.js";

/** A product as the OData catalogue of the Copernicus Data Space describes it. */
export interface Product {
  readonly Id: string;
  readonly Name: string;
  readonly Online: boolean;
  readonly ContentLength: number;
  readonly ContentDate: { readonly Start: string };
  readonly GeoFootprint?: StacItem["geometry"];
  readonly Checksum?: readonly { readonly Value: string; readonly Algorithm: string }[];
  readonly Attributes?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The service answers at most so many products after all `$skip`, without saying so. */
const deepest = 10_000;

/**
 * L2A products of the Copernicus Data Space by OData: a question a month in a stated order, since
 * the order is undefined without one and beyond 10 000 products the answer only looks complete.
 *
 * @throws ServiceError when the service refuses or leaves a hole
 */
export async function searchOdata(
  fetch: HttpFetch,
  service: CatalogueService,
  query: CatalogueQuery,
  options: SearchOptions = {},
): Promise<SearchResult<Product>> {
  return readMonths<Product>(
    service,
    query,
    {
      id: (product) => product.Id,
      readSpan: (span, pageSize) => readSpan(fetch, service, query, span, pageSize, options),
    },
    options,
  );
}

async function readSpan(
  fetch: HttpFetch,
  { url: base }: CatalogueService,
  query: CatalogueQuery,
  span: Span,
  pageSize: number,
  { signal }: SearchOptions,
): Promise<SpanResult<Product>> {
  const context = signal ? { signal } : {};
  const products = new Map<string, Product>();
  for (let skip = 0; ; skip += pageSize) {
    // Reached with a month of one tile only by a wrong question; smaller spans then help.
    if (skip + pageSize > deepest) throw new PageFault(`more than ${deepest} products`);
    const url = `${base}/Products?${productQuestion(query, span, pageSize, skip)}`;
    const page = catalogueJson(await fetch({ url }, context), url);
    const value = page.value;
    if (!Array.isArray(value)) throw new PageFault("answered without value");
    const before = products.size;
    for (const product of value as Product[]) {
      const start = Date.parse(product.ContentDate.Start);
      if (start >= span.from && start < span.to) products.set(product.Id, product);
    }
    if (value.length > 0 && products.size === before) {
      throw new ServiceError(
        publicAddress(base),
        `answered ${value.length} products outside ${new Date(span.from).toISOString()} or twice`,
      );
    }
    if (value.length < pageSize) return { entries: [...products.values()], matched: null };
  }
}

/** The query of a product search: filter, order, page. */
export function productQuestion(
  { bbox: [west, south, east, north] }: CatalogueQuery,
  { from, to }: Span,
  top: number,
  skip: number,
): string {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ].map(([x, y]) => `${x} ${y}`);
  const iso = (time: number) => new Date(time).toISOString();
  const filter = [
    "Collection/Name eq 'SENTINEL-2'",
    "Attributes/OData.CSC.StringAttribute/any(a:a/Name eq 'productType' and a/OData.CSC.StringAttribute/Value eq 'S2MSI2A')",
    `OData.CSC.Intersects(area=geography'SRID=4326;POLYGON((${ring.join(",")}))')`,
    `ContentDate/Start ge ${iso(from)}`,
    `ContentDate/Start lt ${iso(to)}`,
  ].join(" and ");
  return new URLSearchParams({
    $filter: filter,
    $orderby: "ContentDate/Start asc",
    $expand: "Attributes",
    $top: String(top),
    $skip: String(skip),
  }).toString();
}

const downloads = "https://download.dataspace.copernicus.eu/odata/v1";

/** A node of a product: a file or a folder. */
interface Node {
  readonly Name: string;
}

/** Native resolution of the bands in metres, which names their folder. */
const nativeFiles: Readonly<Record<string, number>> = {
  B02: 10,
  B03: 10,
  B04: 10,
  B08: 10,
  B05: 20,
  B06: 20,
  B07: 20,
  B8A: 20,
  B11: 20,
  B12: 20,
  SCL: 20,
};

/**
 * A product in the form of a STAC item of the same service, so that both ways of asking give the
 * same scenes. Its files are found by listing the product's nodes, which needs no login.
 *
 * @param root address under which nodes are listed and read
 * @throws ServiceError when the nodes cannot be listed
 */
export async function itemFromProduct(
  fetch: HttpFetch,
  product: Product,
  context: { signal?: AbortSignal } = {},
  root: string = downloads,
): Promise<StacItem> {
  const value = (name: string) =>
    product.Attributes?.find((attribute) => attribute.Name === name)?.Value;
  const assets: Record<string, { href: string; type: string }> = {};
  if (product.Online) {
    const granule = `${root}/Products(${product.Id})/Nodes(${product.Name})/Nodes(GRANULE)`;
    const [folder] = await listNodes(fetch, `${granule}/Nodes`, context);
    if (!folder) throw new ServiceError(publicAddress(granule), "lists no granule");
    const start = /_(\d{8}T\d{6})_/.exec(product.Name)?.[1];
    for (const [band, metres] of Object.entries(nativeFiles)) {
      const file = `T${value("tileId")}_${start}_${band}_${metres}m.jp2`;
      const place = `Nodes(${folder.Name})/Nodes(IMG_DATA)/Nodes(R${metres}m)/Nodes(${file})/$value`;
      assets[`${band}_${metres}m`] = { href: `${granule}/${place}`, type: "image/jp2" };
    }
  }
  const platform = String(value("platformSerialIdentifier") ?? "").toLowerCase();
  return {
    id: product.Name.replace(/\.SAFE$/, ""),
    collection: "sentinel-2-l2a",
    ...(product.GeoFootprint ? { geometry: product.GeoFootprint } : {}),
    properties: {
      datetime: product.ContentDate.Start,
      platform: platform ? `sentinel-2${platform}` : undefined,
      "grid:code": value("tileId") ? `MGRS-${value("tileId")}` : undefined,
      "sat:relative_orbit": value("relativeOrbitNumber"),
      "eo:cloud_cover": value("cloudCover"),
      "processing:version": value("processorVersion"),
      "processing:datetime": value("processingDate"),
      "eopf:datatake_id": value("productGroupId"),
      "eopf:datastrip_id": value("datastripId"),
      "s2:product_uri": product.Name,
      online: product.Online,
    },
    assets,
  };
}

async function listNodes(
  fetch: HttpFetch,
  url: string,
  context: { signal?: AbortSignal },
): Promise<readonly Node[]> {
  let found: unknown;
  try {
    found = catalogueJson(await fetch({ url }, context), url).result;
  } catch (error) {
    if (!(error instanceof PageFault)) throw error;
    throw new ServiceError(publicAddress(url), error.message);
  }
  if (!Array.isArray(found)) throw new ServiceError(publicAddress(url), "answered without nodes");
  return found as Node[];
}
