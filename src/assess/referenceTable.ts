import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import type { Validation } from "./truth.js";

const COLUMNS = ["reference", "year", "observations", "count"];

/**
 * Writes tables/reference.csv: how many observations of the reference are used, and why others are
 * not. Of a reference without single observations nothing is written.
 */
export async function writeReferenceTable(
  { folder }: Pick<Study, "folder">,
  { reference, years, observations }: Validation,
): Promise<void> {
  if (observations === null) return;
  const year = [...years.keys()].join(" ");
  const rows = [...observations].map(([what, count]): Row => {
    return { reference, year, observations: what, count };
  });
  await writeCsv(folder.table("reference.csv"), COLUMNS, rows);
}
