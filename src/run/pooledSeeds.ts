import { join } from "node:path";
import { writePooledDifferences, writeRegionDifferences } from "../assess/differences.js";
import { writeReport } from "../report/writeReport.js";
import type { Study } from "../study/study.js";
import { checksumFiles } from "./checksum.js";
import { readRecord, writeRecord } from "./record.js";
import { steps } from "./steps.js";

/** The step that writes the report. */
const reportStep = steps.at(-1)!.name;

/**
 * Writes tables/seeds.csv of the first seed's run, the differences between models seed by seed and
 * pooled, shows them in its report and keeps both in its record.
 *
 * @param studies one a seed, with computed runs
 */
export async function poolSeeds(studies: readonly Study[]): Promise<void> {
  const [first] = studies;
  if (first === undefined) return;
  await writePooledDifferences(studies, first.folder.table("seeds.csv"));
  await keepTable(first, "seeds.csv");
}

/**
 * Writes tables/regions.csv of the first region's run, the differences between models region by region
 * and pooled, shows them in its report and keeps both in its record.
 *
 * @param regions runs of every region by its seed, the first one's first
 */
export async function poolRegions(regions: ReadonlyMap<number, readonly Study[]>): Promise<void> {
  const first = [...regions.values()][0]?.[0];
  if (first === undefined) return;
  await writeRegionDifferences(regions, first.folder.table("regions.csv"));
  await keepTable(first, "regions.csv");
}

/** Shows a table that was written after the steps in the report of the run and records both. */
async function keepTable(study: Study, table: string): Promise<void> {
  const { root } = study.folder;
  const record = await readRecord(root);
  if (!record?.steps.some(({ name, status }) => name === reportStep && status === "complete")) {
    return;
  }
  await writeReport(study);
  const paths = ["report.html", `tables/${table}`];
  const written = await checksumFiles(paths.map((path) => ({ path, at: join(root, path) })));
  const pooled = record.steps.map((step) => {
    const products = step.products.filter(({ path }) => !paths.includes(path));
    return step.name === reportStep ? { ...step, products: [...products, ...written] } : step;
  });
  await writeRecord(root, { ...record, steps: pooled });
}
