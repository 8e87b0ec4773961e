import type { Legend } from "../manifest/manifest.js";
import type { Workers } from "../parallel/tasks.js";
import type { Random } from "../random.js";
import type { Grid } from "../raster/grid.js";
import { changeScreen } from "./changeScreen.js";
import type { RuleValues } from "./classRules.js";
import type { ClusterTask, CodeClusters, VoteTask } from "./cleaningTasks.js";
import { type CleanedCode, joinedCode, judgeCode, starvedClasses } from "./judgeCode.js";
import type { UsableSource } from "./labelColumns.js";
import { principalAxes, projectRows } from "./principalAxes.js";
import { completePixels, featureRows, standardise, standardOf } from "./standardise.js";
import type { ReferencePool, Votes } from "./vote.js";

/** References of a class, at most. */
const referencesPerClass = 500;
/** References nearer than this are neighbours of the pixel, not witnesses; metres. */
const witnessGap = 200;
const pixelsPerCluster = 50;
const voteRows = 2_048;

/** One year's pool and what it is judged by. */
export interface YearPool {
  readonly grid: Grid;
  readonly legend: Legend;
  readonly sources: readonly UsableSource[];
  /** Eroded training pixels of each source, ascending. */
  readonly pixels: readonly Uint32Array[];
  /** Percentile features of the year [feature][pixel]. */
  readonly features: Float32Array;
  readonly featureCount: number;
  /** The label year's features and the pixels kept there; null in the label year itself. */
  readonly before: { readonly features: Float32Array; readonly kept: Uint8Array } | null;
  /** Values of the class rules at the given pixels. */
  readonly ruleValues: (pixels: Uint32Array) => RuleValues;
  readonly clusters: number;
  /** Workers of `cleaningTasks`. */
  readonly workers: Workers;
  readonly random: Random;
}

/**
 * Cleans the label source for one year: change screen against the label year, K-means under every
 * code, votes of the nearest references in feature space, class rules.
 */
export async function cleanYear(pool: YearPool): Promise<CleanedCode[]> {
  const { featureCount: features, legend, workers } = pool;
  const offered = pool.pixels.map((pixels) => {
    const complete = completePixels(pool.features, features, pixels);
    return pool.before ? completePixels(pool.before.features, features, complete) : complete;
  });
  const standard = standardOf(featureRows(pool.features, features, joined(offered)), features);
  const rowsOf = (of: Float32Array, pixels: Uint32Array) =>
    standardise(featureRows(of, features, pixels), standard);
  const passed = offered.map((pixels) => {
    if (!pool.before) return pixels;
    const now = rowsOf(pool.features, pixels);
    const pass = changeScreen(now, rowsOf(pool.before.features, pixels), features);
    return pixels.filter((_, i) => pass[i] === 1);
  });

  const pixels = joined(passed);
  const standardised = rowsOf(pool.features, pixels);
  const rows = projectRows(standardised, principalAxes(standardised, features), features);
  const segments = consecutive(passed.map((p) => p.length));
  const clusters = await clusterCodes(pool, rows, segments);
  const votes: Votes = {
    counts: new Uint8Array(new SharedArrayBuffer(pixels.length * legend.length)),
    winner: new Uint8Array(new SharedArrayBuffer(pixels.length)),
  };
  const references = referencePool(pool, pixels, rows, segments);
  const asked = { rows, ...positions(pixels, pool.grid) };
  const vote = (ranges: readonly (readonly [number, number])[], gap: number) =>
    workers.run<VoteTask, void>(
      "voteTask",
      ranges
        .flatMap(([first, last]) => chunks(first, last))
        .map(([first, last]) => ({
          ...{ asked, pool: references, features, classes: legend.length, gap, votes },
          first,
          last,
        })),
    );
  await vote([[0, pixels.length]], witnessGap);

  const values = pool.ruleValues(pixels);
  const judge = (s: number, fallback: boolean): CleanedCode => ({
    source: pool.sources[s]!,
    offered: offered[s]!.length,
    screened: offered[s]!.length - passed[s]!.length,
    silhouette: clusters[s]!.silhouette,
    fallback,
    ...judgeCode(pool.sources[s]!, segments[s]!, clusters[s]!, votes, pixels, values),
  });
  const first = pool.sources.map((_, s) => judge(s, false));
  const starved = starvedClasses(first, passed, legend.length);
  const again = pool.sources.flatMap(({ column }, s) => (starved.has(column) ? [s] : []));
  await vote(
    again.map((s) => segments[s]!),
    0,
  );
  return first.map((code, s) => (again.includes(s) ? joinedCode(code, judge(s, true)) : code));
}

async function clusterCodes(
  { sources, featureCount: features, clusters, workers, random }: YearPool,
  rows: Float32Array,
  segments: readonly (readonly [number, number])[],
): Promise<CodeClusters[]> {
  const size = (s: number) => segments[s]![1] - segments[s]![0];
  // The longest first, so that no worker is left with it at the end.
  const present = [...sources.keys()].filter((s) => size(s) > 0).sort((a, b) => size(b) - size(a));
  const found = await workers.run<ClusterTask, CodeClusters>(
    "clusterTask",
    present.map((s) => {
      const [first, last] = segments[s]!;
      return {
        rows,
        features,
        first,
        last,
        clusters: Math.max(1, Math.min(clusters, Math.floor(size(s) / pixelsPerCluster))),
        seed: random.split(`code ${sources[s]!.code}`).integer(2 ** 32),
      };
    }),
  );
  const none: CodeClusters = {
    clusters: 0,
    assignment: new Uint16Array(0),
    distance: new Float32Array(0),
    silhouette: Number.NaN,
  };
  return sources.map((_, s) => found[present.indexOf(s)] ?? none);
}

/** Equal numbers of references a class, as far as it has them, sorted by the first axis. */
function referencePool(
  { sources, featureCount: features, before, grid, legend, random }: YearPool,
  pixels: Uint32Array,
  rows: Float32Array,
  segments: readonly (readonly [number, number])[],
): ReferencePool {
  const columnOf = new Uint8Array(pixels.length);
  segments.forEach(([first, last], s) => {
    columnOf.fill(sources[s]!.column, first, last);
  });
  const chosen: number[] = [];
  for (let column = 0; column < legend.length; column++) {
    const members: number[] = [];
    for (let i = 0; i < pixels.length; i++) {
      if (columnOf[i] === column && (!before || before.kept[pixels[i]!] === 1)) members.push(i);
    }
    chosen.push(
      ...random.split(`references ${column}`).shuffle(members).slice(0, referencesPerClass),
    );
  }
  chosen.sort((a, b) => rows[a * features]! - rows[b * features]! || a - b);
  const out = new Float32Array(new SharedArrayBuffer(chosen.length * features * 4));
  chosen.forEach((row, i) => {
    out.set(rows.subarray(row * features, (row + 1) * features), i * features);
  });
  return {
    rows: out,
    column: Uint8Array.from(chosen, (row) => columnOf[row]!),
    ...positions(
      Uint32Array.from(chosen, (row) => pixels[row]!),
      grid,
    ),
  };
}

function positions(pixels: Uint32Array, { width, pixelWidth, pixelHeight }: Grid) {
  const shared = () => new Float64Array(new SharedArrayBuffer(pixels.length * 8));
  const x = shared();
  const y = shared();
  for (let i = 0; i < pixels.length; i++) {
    x[i] = (pixels[i]! % width) * pixelWidth;
    y[i] = Math.floor(pixels[i]! / width) * pixelHeight;
  }
  return { x, y };
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const out = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    out.set(part, start);
    start += part.length;
  }
  return out;
}

/** [first, last) of consecutive stretches of the given lengths. */
function consecutive(lengths: readonly number[]): [number, number][] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return [start - length, start];
  });
}

function chunks(first: number, last: number): [number, number][] {
  return Array.from({ length: Math.ceil((last - first) / voteRows) }, (_, i) => [
    first + i * voteRows,
    Math.min(last, first + (i + 1) * voteRows),
  ]);
}
