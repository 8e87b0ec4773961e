import { existsSync } from "node:fs";
import { DEFAULT_METHOD } from "../consistency/methods.js";
import { openCube } from "../cube/openCube.js";
import { DataError } from "../errors.js";
import { readYearMap } from "../maps/labelMap.js";
import { distanceTo } from "../raster/distance.js";
import { pixelCount } from "../raster/grid.js";
import { readSamples } from "../samples/sampleFile.js";
import { networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import { type BlockDraws, blockDraws, distributions, estimate } from "./bootstrap.js";
import { mappedModels } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { readRelief } from "./terrain.js";
import { openValidation } from "./truth.js";

const COLUMNS = [
  "model",
  "year",
  "condition",
  "from",
  "to",
  "pixels",
  "accuracy",
  "low",
  "high",
  "most_confused",
];

/** Groups of about equal size that a condition is cut into. */
const GROUPS = 4;

/**
 * Lower edges of groups of about equal size of a condition over the scored pixels, ascending and
 * different; the first is the smallest value.
 *
 * @param values a value a pixel; NaN where unknown
 */
export function conditionEdges(
  scored: ScoredPixels,
  values: ArrayLike<number>,
  groups = GROUPS,
): number[] {
  const known = Float64Array.from(scored.pixels, (pixel) => values[pixel]!).filter(
    (value) => !Number.isNaN(value),
  );
  if (known.length === 0) throw new DataError("condition", "has no value on a scored pixel");
  known.sort();
  const edges = Array.from(
    { length: groups },
    (_, group) => known[Math.floor((group * known.length) / groups)]!,
  );
  return [...new Set(edges)];
}

/**
 * Counts of valid and of correct pixels of each group of a condition: cell = 2 x group (+ 1 correct).
 */
export function conditionCounts(
  scored: ScoredPixels,
  values: ArrayLike<number>,
  edges: readonly number[],
  map: Uint8Array,
  truth: Uint8Array,
): BlockCounts {
  return countPixels(scored, 2 * edges.length, (pixel, row) => {
    const group = groupOf(values[pixel]!, edges);
    if (group < 0 || map[pixel] === 0 || truth[pixel] === 0) return;
    row[2 * group]!++;
    if (map[pixel] === truth[pixel]) row[2 * group + 1]!++;
  });
}

function groupOf(value: number, edges: readonly number[]): number {
  let group = -1;
  while (group + 1 < edges.length && value >= edges[group + 1]!) group++;
  return group;
}

/** The most frequent error of each group, as `Grass as Crops` (truth, then map). */
function worstConfusions(
  { legend }: Pick<Study, "legend">,
  scored: ScoredPixels,
  values: ArrayLike<number>,
  edges: readonly number[],
  map: Uint8Array,
  truth: Uint8Array,
): (string | null)[] {
  const counts = edges.map(() => new Map<number, number>());
  for (const pixel of scored.pixels) {
    const group = groupOf(values[pixel]!, edges);
    const [a, b] = [truth[pixel]!, map[pixel]!];
    if (group < 0 || a === 0 || b === 0 || a === b) continue;
    counts[group]!.set(a * 256 + b, (counts[group]!.get(a * 256 + b) ?? 0) + 1);
  }
  const name = (id: number) => legend.find((entry) => entry.id === id)?.name ?? String(id);
  return counts.map((pairs) => {
    const [worst] = [...pairs].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return worst === undefined ? null : `${name(worst[0] >> 8)} as ${name(worst[0] & 255)}`;
  });
}

/** A condition under which maps are judged. */
interface Condition {
  readonly name: string;
  /** A value a pixel, NaN where unknown. */
  readonly values: ArrayLike<number>;
  /** Lower edges of its groups. */
  readonly edges: readonly number[];
  /** Whether values are whole numbers, so that a group ends below the next one's edge. */
  readonly counts: boolean;
}

/** Elevation and slope where the relief is known; the same for all years. */
async function reliefConditions(study: Study, scored: ScoredPixels): Promise<Condition[]> {
  const relief = await readRelief(study);
  if (relief === null) return [];
  return Object.entries({ "elevation, m": relief.elevation, "slope, degrees": relief.slope })
    .filter(([, values]) => scored.pixels.some((pixel) => !Number.isNaN(values[pixel]!)))
    .map(([name, values]) => {
      return { name, values, edges: conditionEdges(scored, values), counts: false };
    });
}

/** Name of the condition of {@link trainingDistance}. */
export const TRAINING_DISTANCE = "distance to training samples, m";

/** How far from the nearest training sample of the main network a pixel lies; the same for all years. */
async function trainingDistance(study: Study, scored: ScoredPixels): Promise<Condition[]> {
  const { grid, folder, years } = study;
  const path = folder.samples(`train-${networkModels(years)[0]}.parquet`);
  if (!existsSync(path)) return [];
  const marked = new Uint8Array(pixelCount(grid));
  for (const pixel of (await readSamples(path)).pixel) marked[pixel] = 1;
  const metres = grid.pixelWidth;
  const values = distanceTo(marked, grid.width, grid.height).map((pixels) => pixels * metres);
  if (!Number.isFinite(values[0]!)) return [];
  const edges = conditionEdges(scored, values);
  return [{ name: TRAINING_DISTANCE, values, edges, counts: false }];
}

/**
 * Writes tables/conditions.csv: accuracy of the main and the recommended maps by the number of valid
 * dates of the year, by the distance to the training samples and, where the relief is known, by
 * elevation and slope, in groups of about equal size, with the most frequent error of each group. Without a reference nothing is written and the
 * answer is false.
 */
export async function writeConditionTable(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation === null) return false;
  const cube = await openCube(study);
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const models = mappedModels(study).filter((model) =>
    ["multi-year", "single-year", DEFAULT_METHOD].includes(model),
  );
  const fixed = [
    ...(await trainingDistance(study, scored)),
    ...(await reliefConditions(study, scored)),
  ];
  const rows: Row[] = [];
  for (const year of study.years) {
    const truth = validation.years.get(year);
    if (truth === undefined) continue;
    const dates = Float64Array.from(await cube.year(year).readValidCount(), (count) =>
      count === 0 ? Number.NaN : count,
    );
    const edges = conditionEdges(scored, dates);
    const conditions = [{ name: "valid dates", values: dates, edges, counts: true }, ...fixed];
    for (const model of models) {
      const map = await readYearMap(study, model, year);
      for (const condition of conditions) {
        const groups = conditionGroups(study, scored, condition, map, truth, draws);
        rows.push(...groups.map((group) => ({ model, year, ...group })));
      }
    }
  }
  await writeCsv(study.folder.table("conditions.csv"), COLUMNS, rows);
  return true;
}

/** Rows of a condition for one map. */
function conditionGroups(
  study: Pick<Study, "legend">,
  scored: ScoredPixels,
  { name, values, edges, counts: whole }: Condition,
  map: Uint8Array,
  truth: Uint8Array,
  draws: BlockDraws,
): Row[] {
  const counts = conditionCounts(scored, values, edges, map, truth);
  const worst = worstConfusions(study, scored, values, edges, map, truth);
  const shares = edges.map((_, group) => (n: Float64Array) => n[2 * group + 1]! / n[2 * group]!);
  const pixels = edges.map((_, group) => (n: Float64Array) => n[2 * group]!);
  const found = distributions(counts, [...shares, ...pixels], draws);
  return edges.map((edge, group): Row => {
    const { value, low, high } = estimate(found[group]!);
    const next = edges[group + 1];
    return {
      condition: name,
      from: edge,
      to: next === undefined ? null : whole ? next - 1 : next,
      pixels: found[edges.length + group]!.value,
      accuracy: value,
      low,
      high,
      most_confused: worst[group]!,
    };
  });
}
