import { clusterPasses, pixelPasses, type RuleValues } from "./classRules.js";
import type { CodeClusters } from "./cleaningTasks.js";
import type { UsableSource } from "./labelColumns.js";
import { quantile } from "./robust.js";
import { type Votes, voters } from "./vote.js";

/** Members farther from their centre than this share of the cluster are dropped. */
const innerShare = 0.95;
/** A class below both limits votes again with its neighbours as witnesses. */
const starvedPixels = 20;
const starvedShare = 0.25;

/** What became of one code in one year. */
export interface CleanedCode {
  readonly source: UsableSource;
  /** Pixels offered: eroded, in training blocks, with all features. */
  readonly offered: number;
  /** Of these, dropped by the change screen. */
  readonly screened: number;
  /** Members and mean vote share of the own class of each cluster, and whether it was kept. */
  readonly clusters: readonly { members: number; share: number; kept: boolean }[];
  readonly silhouette: number;
  /** Whether the class was starved and voted again with its neighbours. */
  readonly fallback: boolean;
  /** Pixels kept and the vote share of their class. */
  readonly pixels: Uint32Array;
  readonly share: Float32Array;
}

/** Keeps the clusters and then the pixels whose plurality is the code's class. */
export function judgeCode(
  { rule, column }: UsableSource,
  [first, last]: readonly [number, number],
  { clusters: k, assignment, distance }: CodeClusters,
  { counts, winner }: Votes,
  pixels: Uint32Array,
  values: RuleValues,
): Pick<CleanedCode, "clusters" | "pixels" | "share"> {
  const classes = counts.length / winner.length;
  const kept: number[] = [];
  const clusters = Array.from({ length: k }, (_, cluster) => {
    const members: number[] = [];
    for (let i = first; i < last; i++) if (assignment[i - first] === cluster) members.push(i);
    const total = new Float64Array(classes);
    for (const i of members) {
      for (let c = 0; c < classes; c++) total[c]! += counts[i * classes + c]!;
    }
    const all = total.reduce((a, b) => a + b, 0);
    const wins = all > 0 && total.every((votes, c) => c === column || votes < total[column]!);
    const keep = wins && clusterPasses(rule, values, members);
    if (keep) {
      const farthest = quantile(
        members.map((i) => distance[i - first]!),
        innerShare,
      );
      for (const i of members) {
        if (winner[i] !== column || distance[i - first]! > farthest) continue;
        if (pixelPasses(rule, values, i)) kept.push(i);
      }
    }
    return { members: members.length, share: all > 0 ? total[column]! / all : 0, kept: keep };
  });
  kept.sort((a, b) => a - b);
  return {
    clusters,
    pixels: Uint32Array.from(kept, (i) => pixels[i]!),
    share: Float32Array.from(kept, (i) => {
      const votes = counts.subarray(i * classes, (i + 1) * classes);
      return (
        votes[column]! /
        Math.min(
          voters,
          votes.reduce((a, b) => a + b, 0),
        )
      );
    }),
  };
}

/** Columns of classes that kept fewer than max(20, a quarter of their pool) pixels. */
export function starvedClasses(
  codes: readonly CleanedCode[],
  passed: readonly Uint32Array[],
  classes: number,
): Set<number> {
  const kept = new Float64Array(classes);
  const pool = new Float64Array(classes);
  codes.forEach(({ source, pixels }, s) => {
    kept[source.column]! += pixels.length;
    pool[source.column]! += passed[s]!.length;
  });
  const starved = new Set<number>();
  for (let k = 0; k < classes; k++) {
    if (pool[k]! > 0 && kept[k]! < Math.max(starvedPixels, starvedShare * pool[k]!)) starved.add(k);
  }
  return starved;
}

/** The second vote's outcome with the pixels that only the first one kept. */
export function joinedCode(first: CleanedCode, second: CleanedCode): CleanedCode {
  const share = new Map<number, number>();
  for (const code of [first, second]) {
    for (const [i, pixel] of code.pixels.entries()) share.set(pixel, code.share[i]!);
  }
  const pixels = Uint32Array.from(share.keys()).sort();
  return { ...second, pixels, share: Float32Array.from(pixels, (pixel) => share.get(pixel)!) };
}
