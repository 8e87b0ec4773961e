import { footprintOverlap } from "../catalogue/footprint.js";
import { compareBaselines, formatBaseline } from "./baseline.js";
import type { Scene, SceneDecision } from "./scene.js";

/** Two items of one tile and platform closer than this are one acquisition where no datatake is named, minutes. */
const sameDatatake = 10;
/** Shared part of the smaller footprint: above the first two items are versions of the same pixels, below the second parts of one acquisition. */
const twinOverlap = 0.9;
const splitOverlap = 0.5;

/** Processing families: `original` values as first delivered, `reprocessed` from baseline 04.00 on. */
export type BaselineFamily = "original" | "reprocessed";

/** Groups of used scenes that belong to one acquisition of one tile; single scenes are left out. */
export function acquisitionGroups(decisions: readonly SceneDecision[]): number[][] {
  const groups: number[][] = [];
  const taken = new Set<number>();
  decisions.forEach(({ scene, decision }, i) => {
    if (decision !== "use" || taken.has(i)) return;
    const group = [i];
    for (let j = i + 1; j < decisions.length; j++) {
      const other = decisions[j]!;
      if (other.decision === "use" && !taken.has(j) && sameAcquisition(scene, other.scene)) {
        group.push(j);
        taken.add(j);
      }
    }
    if (group.length > 1) groups.push(group);
  });
  return groups;
}

/**
 * Whether two items show one acquisition of one tile: by their datatakes, else by platform and
 * time. Catalogues state the datatake's start or the tile's own time, so times alone may differ.
 */
export function sameAcquisition(a: Scene, b: Scene): boolean {
  if (a.tile !== b.tile) return false;
  if (a.platform && b.platform && a.platform !== b.platform) return false;
  if (a.datatake && b.datatake) return a.datatake === b.datatake;
  return Math.abs(Date.parse(a.time) - Date.parse(b.time)) / 60_000 <= sameDatatake;
}

/** How two items of one acquisition relate. */
export interface PairRelation {
  readonly kind: "twin" | "split";
  /** What decided, in words. */
  readonly evidence: string;
}

/**
 * Tells versions of the same pixels from parts of one acquisition: by their footprints, and between
 * the limits (or where one has no footprint) by the pixels that they cover inside the area.
 *
 * @param covered pixels of the area that each covers, 1 = covered; null where not read
 */
export function relatePair(
  a: Scene,
  b: Scene,
  covered: readonly [Uint8Array, Uint8Array] | null,
): PairRelation {
  const share = footprintOverlap(a.footprint, b.footprint);
  const found = share === null ? "" : `footprints share ${share.toFixed(2)}`;
  if (share !== null && share > twinOverlap) return { kind: "twin", evidence: found };
  if (share !== null && share < splitOverlap) return { kind: "split", evidence: found };
  if (!covered) return { kind: "split", evidence: `${found || "no footprint"}, pixels not read` };
  const inside = overlap(...covered);
  const evidence = `${found ? `${found}, ` : ""}pixels in the area share ${inside.toFixed(2)}`;
  return { kind: inside >= twinOverlap ? "twin" : "split", evidence };
}

/** A scene that is left out for another, and why. */
export interface Replaced {
  /** Position in the group of the scene that stays. */
  readonly by: number;
  readonly reason: string;
}

/**
 * The scenes of one acquisition that are left out because a better version of the same pixels
 * exists: the wanted family first, then highest baseline, then latest generation, then largest
 * valid share, then the first of the list. Parts of a split datatake all stay.
 *
 * @param covered pixels of the area that every scene of the group covers; null where not read
 * @returns position in the group -> what replaces it
 */
export function findTwins(
  group: readonly SceneDecision[],
  covered: readonly Uint8Array[] | null,
  family?: BaselineFamily,
): Map<number, Replaced> {
  const order = group
    .map((_, i) => i)
    .sort((i, j) => preference(group[i]!, group[j]!, family).order || i - j);
  const kept: number[] = [];
  const replaced = new Map<number, Replaced>();
  for (const i of order) {
    let found: Replaced | undefined;
    for (const k of kept) {
      const masks = covered ? ([covered[i]!, covered[k]!] as const) : null;
      const { kind, evidence } = relatePair(group[i]!.scene, group[k]!.scene, masks);
      if (kind !== "twin") continue;
      const { by } = preference(group[k]!, group[i]!, family);
      const reason = `twin of ${group[k]!.scene.id}: ${evidence}; that one has ${by}`;
      found = { by: k, reason };
      break;
    }
    if (found) replaced.set(i, found);
    else kept.push(i);
  }
  return replaced;
}

interface Preference {
  /** Negative when `a` is the version to keep. */
  readonly order: number;
  /** What decided, as a property of the better one. */
  readonly by: string;
}

function preference(a: SceneDecision, b: SceneDecision, family?: BaselineFamily): Preference {
  if (family) {
    const wanted = (decision: SceneDecision) => Number(familyOf(decision.scene) === family);
    const order = wanted(b) - wanted(a);
    if (order !== 0) return { order, by: `the wanted family, ${family}` };
  }
  if (a.scene.baseline && b.scene.baseline) {
    const order = compareBaselines(b.scene.baseline, a.scene.baseline);
    const [better, worse] = order < 0 ? [a, b] : [b, a];
    const names = [better, worse].map(({ scene }) => formatBaseline(scene.baseline));
    if (order !== 0) return { order, by: `baseline ${names.join(" after ")}` };
  }
  const generated = (decision: SceneDecision) => decision.scene.generated ?? "";
  if (generated(a) !== generated(b)) {
    return { order: generated(a) > generated(b) ? -1 : 1, by: "the later generation time" };
  }
  const order = (b.validShare ?? 0) - (a.validShare ?? 0);
  return { order, by: order === 0 ? "the first place in the list" : "the larger valid share" };
}

/** Family of a scene; null while its baseline is unknown. */
export function familyOf({ baseline }: Scene): BaselineFamily | null {
  if (!baseline) return null;
  return baseline.major < 4 ? "original" : "reprocessed";
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
