import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StacItem } from "../../src/catalogue/item.js";
import type { Product } from "../../src/catalogue/odataSearch.js";
import { packageRoot } from "../../src/packageRoot.js";

function read<T>(name: string): T {
  const path = join(packageRoot(), "test", "catalogue", "recorded", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

interface Items {
  readonly features: StacItem[];
}

/** Recorded answers of public catalogues. */
export const recorded = {
  earthSearch: () => read<Items>("earth-search-items").features,
  earthSearchPage: () => read<{ response: Items }>("earth-search-page").response,
  planetaryComputer: () => read<Items>("planetary-computer-items").features,
  dataSpace: () => read<StacItem>("cdse-item"),
  dataSpaceProducts: () => read<{ value: Product[] }>("cdse-odata-products").value,
};
