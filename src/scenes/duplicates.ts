import { compareBaselines } from "./baseline.js";
import type { Scene, SceneDecision } from "./scene.js";

/** Two items of one tile and platform closer than this are one acquisition, minutes. */
const sameDatatake = 10;
/** Shared part of the smaller footprint: above it two items are versions of the same pixels. */
const twinOverlap = 0.9;

/** Groups of used scenes that belong to one acquisition of one tile; single scenes are left out. */
export function acquisitionGroups(decisions: readonly SceneDecision[]): number[][] {
  const groups: number[][] = [];
  const taken = new Set<number>();
  decisions.forEach(({ scene, decision }, i) => {
    if (decision !== "use" || taken.has(i)) return;
    const group = [i];
    for (let j = i + 1; j < decisions.length; j++) {
      const other = decisions[j]!;
      if (other.decision === "use" && sameAcquisition(scene, other.scene)) {
        group.push(j);
        taken.add(j);
      }
    }
    if (group.length > 1) groups.push(group);
  });
  return groups;
}

function sameAcquisition(a: Scene, b: Scene): boolean {
  const minutes = Math.abs(Date.parse(a.time) - Date.parse(b.time)) / 60_000;
  const samePlatform = !a.platform || !b.platform || a.platform === b.platform;
  return a.tile === b.tile && samePlatform && minutes <= sameDatatake;
}

/**
 * The scenes of one acquisition that are left out because a better version of the same pixels
 * exists: highest baseline, then latest generation, then largest valid share. Parts of a split
 * datatake overlap little and all stay.
 *
 * @param covered footprint inside the area of every scene of the group, 1 = covered
 * @returns position in the group -> position of the scene that replaces it
 */
export function findTwins(
  group: readonly SceneDecision[],
  covered: readonly Uint8Array[],
): Map<number, number> {
  const order = group.map((_, i) => i).sort((i, j) => preference(group[i]!, group[j]!) || i - j);
  const kept: number[] = [];
  const replaced = new Map<number, number>();
  for (const i of order) {
    const better = kept.find((k) => overlap(covered[i]!, covered[k]!) >= twinOverlap);
    if (better === undefined) kept.push(i);
    else replaced.set(i, better);
  }
  return replaced;
}

/** Negative when `a` is the version to keep. */
function preference(a: SceneDecision, b: SceneDecision): number {
  if (a.scene.baseline && b.scene.baseline) {
    const order = compareBaselines(b.scene.baseline, a.scene.baseline);
    if (order !== 0) return order;
  }
  const generated = (decision: SceneDecision) => decision.scene.generated ?? "";
  if (generated(a) !== generated(b)) return generated(a) > generated(b) ? -1 : 1;
  return (b.validShare ?? 0) - (a.validShare ?? 0);
}

function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < a.length; i++) {
    first += a[i]!;
    second += b[i]!;
    both += a[i]! & b[i]!;
  }
  return both / Math.max(1, Math.min(first, second));
}
