/** A catalogue on the network. */
export interface CatalogueService {
  /** Name for messages and records: a known service or the host. */
  readonly name: string;
  readonly url: string;
  readonly protocol: "stac" | "odata";
  /** Items asked for a page at first. */
  readonly pageSize: number;
}

const known: Readonly<Record<string, Omit<CatalogueService, "name">>> = {
  "earth-search": {
    url: "https://earth-search.aws.element84.com/v1",
    protocol: "stac",
    pageSize: 100,
  },
  "planetary-computer": {
    url: "https://planetarycomputer.microsoft.com/api/stac/v1",
    protocol: "stac",
    pageSize: 100,
  },
  cdse: { url: "https://stac.dataspace.copernicus.eu/v1", protocol: "stac", pageSize: 100 },
  "cdse-odata": {
    url: "https://catalogue.dataspace.copernicus.eu/odata/v1",
    protocol: "odata",
    pageSize: 200,
  },
};

/** Names that a manifest may give as `images.catalog`. */
export const serviceNames: readonly string[] = Object.keys(known);

/**
 * The service that `images.catalog` names: a known one, or any STAC API by its address.
 *
 * @returns null for anything else, such as a folder
 */
export function catalogueService(catalog: string): CatalogueService | null {
  const found = known[catalog];
  if (found) return { name: catalog, ...found };
  if (!/^https?:\/\//.test(catalog) || !URL.canParse(catalog)) return null;
  const url = catalog.replace(/\/+$/, "");
  return { name: new URL(url).host, url, protocol: "stac", pageSize: 100 };
}
