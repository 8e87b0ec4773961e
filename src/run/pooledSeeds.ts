import { join } from "node:path";
import { writePooledDifferences } from "../assess/differences.js";
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
  const { root, table } = first.folder;
  await writePooledDifferences(studies, table("seeds.csv"));
  const record = await readRecord(root);
  if (!record?.steps.some(({ name, status }) => name === reportStep && status === "complete")) {
    return;
  }
  await writeReport(first);
  const paths = ["report.html", "tables/seeds.csv"];
  const written = await checksumFiles(paths.map((path) => ({ path, at: join(root, path) })));
  const pooled = record.steps.map((step) => {
    const products = step.products.filter(({ path }) => !paths.includes(path));
    return step.name === reportStep ? { ...step, products: [...products, ...written] } : step;
  });
  await writeRecord(root, { ...record, steps: pooled });
}
