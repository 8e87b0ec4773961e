import { openBlocks } from "../samples/blocks.js";
import type { Study } from "../study/study.js";
import { type ScoredPixels, scoredPixels } from "./blockCounts.js";

/** Pixels of the run's validation and test blocks. */
export async function readScoredPixels(study: Study): Promise<ScoredPixels> {
  return scoredPixels(await openBlocks(study));
}
