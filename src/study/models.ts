/** A map of the study and the network that makes each of its years. */
export interface NetworkMap {
  /** Folder below `maps/` and name in tables. */
  readonly map: string;
  /** Network of each year that is mapped. */
  readonly networks: readonly { readonly year: number; readonly network: string }[];
}

/** The multi-year network that also learns from changing pixels, where a study asks for it. */
export const softModel = "multi-year-soft";

/** Forms of the single-year network: annual pseudo-labels; stable sites, a share; stable sites, the same total. */
export const singleYearForms = ["single-year", "single-year-share", "single-year-total"] as const;

/**
 * The networks of a study. A study of one year has nothing to pool: its only network is that year's.
 *
 * @param years mapping years in ascending order
 */
export function networkModels(years: readonly number[]): string[] {
  if (years.length === 1) return [`single-year-${years[0]}`];
  return [
    "multi-year",
    "multi-year-annual",
    ...singleYearForms.flatMap((form) => years.map((year) => `${form}-${year}`)),
  ];
}

/**
 * The maps that networks make. `single-year-<first>` holds the network of the first year applied to
 * the later ones, the test of transfer to a year it has not seen.
 *
 * @param years mapping years in ascending order
 * @param soft whether the network of soft labels is among them
 */
export function networkMaps(years: readonly number[], soft = false): NetworkMap[] {
  const all = (map: string, network: (year: number) => string, of = years): NetworkMap => ({
    map,
    networks: of.map((year) => ({ year, network: network(year) })),
  });
  if (years.length === 1) return [all("single-year", (year) => `single-year-${year}`)];
  const first = `single-year-${years[0]}`;
  return [
    all("multi-year", () => "multi-year"),
    all("multi-year-annual", () => "multi-year-annual"),
    ...(soft ? [all(softModel, () => softModel)] : []),
    ...singleYearForms.map((form) => all(form, (year) => `${form}-${year}`)),
    all(first, () => first, years.slice(1)),
  ];
}
