import { forestIds } from "../consistency/coverGroups.js";
import type { Legend } from "../manifest/manifest.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import type { BeforeAfter } from "./changeEstimates.js";

/** Counters of a kind of change. */
export const MAPPED = 0;
export const TRUE = 1;
export const BOTH = 2;
export const KIND_CELLS = 3;

/** Kinds of change of a legend by name: any, forest lost, gain and loss of a class, class to class. */
export interface ChangeKinds {
  readonly names: readonly string[];
  /** Numbers of the kinds that a change from one class id to another belongs to. */
  readonly of: (from: number, to: number) => readonly number[];
}

/** The kinds of change that tables tell apart. */
export function changeKinds(legend: Legend): ChangeKinds {
  const names = ["all change", "forest lost"];
  const isForest = forestIds(legend);
  const add = (name: string) => names.push(name) - 1;
  const gains = new Map(legend.map(({ id, name }) => [id, add(`gain of ${name}`)]));
  const losses = new Map(legend.map(({ id, name }) => [id, add(`loss of ${name}`)]));
  const kinds = new Map<number, readonly number[]>();
  for (const from of legend) {
    for (const to of legend) {
      if (from.id === to.id) continue;
      const lost = isForest[from.id] === 1 && isForest[to.id] === 0 ? [1] : [];
      const own = add(`${from.name} to ${to.name}`);
      kinds.set(from.id * 256 + to.id, [0, ...lost, gains.get(to.id)!, losses.get(from.id)!, own]);
    }
  }
  return { names, of: (from, to) => kinds.get(from * 256 + to) ?? [] };
}

/**
 * Pixels of every kind of change between two years: mapped, true, and both at once; cell = kind x 3 +
 * counter. A pixel counts where map and truth have a class in both years.
 */
export function kindCountsByBlock(
  scored: ScoredPixels,
  kinds: ChangeKinds,
  [z0, z1]: BeforeAfter,
  [t0, t1]: BeforeAfter,
): BlockCounts {
  return countPixels(scored, kinds.names.length * KIND_CELLS, (pixel, row) => {
    const [a, b, s, t] = [z0[pixel]!, z1[pixel]!, t0[pixel]!, t1[pixel]!];
    if (a === 0 || b === 0 || s === 0 || t === 0 || (a === b && s === t)) return;
    const mapped = kinds.of(a, b);
    for (const kind of mapped) row[kind * KIND_CELLS + MAPPED]!++;
    for (const kind of kinds.of(s, t)) {
      row[kind * KIND_CELLS + TRUE]!++;
      if (mapped.includes(kind)) row[kind * KIND_CELLS + BOTH]!++;
    }
  });
}
