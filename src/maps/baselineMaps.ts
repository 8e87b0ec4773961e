import { openLabels } from "../labels/prepareLabels.js";
import type { Study } from "../study/study.js";
import { readYearMap, writeLabelMap } from "./labelMap.js";

/**
 * Writes the two maps that stand beside every model: `constant`, the multi-year map of the first
 * year repeated, and `labels`, the old map with its codes as classes (0 where a code has none).
 *
 * @param model whose first year is repeated
 */
export async function writeBaselineMaps(study: Study, model = "multi-year"): Promise<void> {
  const first = await readYearMap(study, model, study.years[0]!);
  const { codes, sources } = await openLabels(study);
  const classOfCode = new Uint8Array(65_536);
  for (const { code, classId } of sources) classOfCode[code] = classId;
  const old = Uint8Array.from(codes, (code) => classOfCode[code]!);
  for (const year of study.years) {
    await writeLabelMap(study, "constant", year, first);
    await writeLabelMap(study, "labels", year, old);
  }
}
