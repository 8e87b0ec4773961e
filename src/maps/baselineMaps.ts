import { labelIds } from "../labels/labelIds.js";
import { openLabels } from "../labels/prepareLabels.js";
import type { Study } from "../study/study.js";
import { readYearMap, writeLabelMap } from "./labelMap.js";

/**
 * Writes the two maps that stand beside every model: `constant`, the network's map of the first
 * year repeated (multi-year, or single-year in a study of one year), and `labels`, the old map with
 * its codes as classes (0 where a code has none).
 */
export async function writeBaselineMaps(study: Study): Promise<void> {
  const model = study.years.length > 1 ? "multi-year" : "single-year";
  const first = await readYearMap(study, model, study.years[0]!);
  const old = labelIds(await openLabels(study));
  for (const year of study.years) {
    await writeLabelMap(study, "constant", year, first);
    await writeLabelMap(study, "labels", year, old);
  }
}
