import { forestIds } from "../consistency/coverGroups.js";
import type { Legend } from "../manifest/manifest.js";

/** Forest of one class that is no forest the year after, pixels inside and outside a perimeter. */
export interface ForestLoss {
  /** Class id before. */
  readonly from: number;
  readonly inside: number;
  readonly outside: number;
}

/**
 * Forest lost between two maps of class ids, by class before.
 *
 * @param perimeter 1 inside, 0 outside; null where the whole area counts as inside
 */
export function forestLoss(
  legend: Legend,
  before: Uint8Array,
  after: Uint8Array,
  perimeter: Uint8Array | null,
): ForestLoss[] {
  const isForest = forestIds(legend);
  const inside = new Float64Array(256);
  const outside = new Float64Array(256);
  for (let pixel = 0; pixel < before.length; pixel++) {
    const [a, b] = [before[pixel]!, after[pixel]!];
    if (isForest[a] === 0 || b === 0 || isForest[b] === 1) continue;
    const counts = perimeter === null || perimeter[pixel] === 1 ? inside : outside;
    counts[a]!++;
  }
  return legend
    .filter(({ id }) => isForest[id] === 1)
    .map(({ id }) => ({ from: id, inside: inside[id]!, outside: outside[id]! }));
}
