import { writeChangeMap } from "../maps/changeMap.js";
import { writeLabelMap } from "../maps/labelMap.js";
import type { Study } from "../study/study.js";
import { openValidation } from "./truth.js";

/**
 * Copies the truth of every year to maps/truth, with its change-count map, where it is known; else
 * nothing is written and the answer is false.
 */
export async function writeTruthMaps(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation === null || validation.change === null) return false;
  for (const [year, ids] of validation.years) await writeLabelMap(study, "truth", year, ids);
  await writeChangeMap(study, "truth");
  return true;
}
