import { consistencyMethods, DEFAULT_METHOD } from "../consistency/methods.js";
import { createRandom } from "../random.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import type { ScoredPixels } from "./blockCounts.js";
import { blockDraws, type Distribution, difference, estimate, meanOf } from "./bootstrap.js";
import { mappedModels, readMaps } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { type Score, scoreSheet } from "./scoreSheet.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["model", "against", "measure", "period", "value", "low", "high", "blocks"];
const SCORE_COLUMNS = ["model", "measure", "period", "value", "low", "high"];
const SEED_COLUMNS = ["seed", ...COLUMNS];
const REGION_COLUMNS = [
  "region",
  "seeds",
  "model",
  "against",
  "measure",
  "period",
  "value",
  "low",
  "high",
];

/**
 * Pairs whose differences are printed: the multi-year network (the first model in a study of one
 * year) against everything else, the other two sides of the square of stable / annual labels x one /
 * all years, and the default consistency method against the other ones.
 */
function comparedPairs(models: readonly string[]): [string, string][] {
  const main = models.includes("multi-year") ? "multi-year" : models[0]!;
  const pairs = models
    .filter((model) => model !== main && model !== "truth")
    .map((model): [string, string] => [main, model]);
  pairs.push(["multi-year-annual", "single-year"], ["single-year-share", "single-year"]);
  for (const { name } of consistencyMethods) {
    if (name !== DEFAULT_METHOD) pairs.push([DEFAULT_METHOD, name]);
  }
  return pairs.filter((pair) => pair.every((model) => models.includes(model)));
}

/** Differences of two score sheets from the same draws, score by score. */
export function sheetDifferences(a: readonly Score[], b: readonly Score[]): Score[] {
  return a.flatMap((score) => {
    const other = b.find(
      ({ measure, period }) => measure === score.measure && period === score.period,
    );
    if (other === undefined) return [];
    return [{ ...score, distribution: difference(score.distribution, other.distribution) }];
  });
}

/** Score sheets of every mapped model of a run, the truth among them where it was copied to maps. */
async function sheets(
  study: Study,
  scored: ScoredPixels,
  draws = blockDraws(scored.blocks),
): Promise<Map<string, Score[]>> {
  const validation = await openValidation(study);
  const out = new Map<string, Score[]>();
  for (const model of mappedModels(study)) {
    const maps = await readMaps(study, model);
    out.set(model, scoreSheet(study, maps, validation, scored, draws));
  }
  return out;
}

/**
 * Writes tables/scores.csv, the scores by which models are compared, a year or pair of years and
 * `mean` over them, and tables/differences.csv: scores of one model minus those of another on the
 * same blocks, with intervals of the paired block bootstrap. A difference is off zero where low and
 * high have one sign.
 */
export async function writeComparisonTables(study: Study): Promise<void> {
  const scored = await readScoredPixels(study);
  const sheet = await sheets(study, scored);
  const scores: Row[] = [];
  for (const [model, list] of sheet) {
    for (const { measure, period, distribution } of list) {
      scores.push({ model, measure, period, ...estimate(distribution) });
    }
  }
  await writeCsv(study.folder.table("scores.csv"), SCORE_COLUMNS, scores);
  const rows: Row[] = [];
  for (const [model, against] of comparedPairs([...sheet.keys()])) {
    for (const score of sheetDifferences(sheet.get(model)!, sheet.get(against)!)) {
      const { measure, period } = score;
      const interval = estimate(score.distribution);
      rows.push({ model, against, measure, period, ...interval, blocks: scored.blocks });
    }
  }
  await writeCsv(study.folder.table("differences.csv"), COLUMNS, rows);
}

/**
 * The same differences over runs of one region with several training seeds: a row a seed and a row
 * `pooled`, the mean over seeds with its interval from common draws of the blocks.
 *
 * @param studies runs of the same region and years that differ in their seed
 * @param path CSV file to write
 */
export async function writePooledDifferences(
  studies: readonly Study[],
  path: string,
): Promise<void> {
  const parts = new Map<string, { row: Row; distributions: Distribution[] }>();
  const rows: Row[] = [];
  for (const study of studies) {
    const scored = await readScoredPixels(study);
    const sheet = await sheets(study, scored);
    for (const [model, against] of comparedPairs([...sheet.keys()])) {
      for (const score of sheetDifferences(sheet.get(model)!, sheet.get(against)!)) {
        const { measure, period, distribution } = score;
        const row = { model, against, measure, period, blocks: scored.blocks };
        rows.push({ seed: study.seed, ...row, ...estimate(distribution) });
        collect(parts, row, distribution);
      }
    }
  }
  for (const { row, distributions } of parts.values()) {
    if (distributions.length !== studies.length) continue;
    rows.push({ seed: "pooled", ...row, ...estimate(meanOf(distributions)) });
  }
  await writeCsv(path, SEED_COLUMNS, rows);
}

/**
 * The same differences over several regions, each the mean over its training seeds: a row a region and a
 * row `pooled`, the mean over regions. Blocks of different regions are drawn independently.
 *
 * @param regions runs of every region, by its seed
 * @param path CSV file to write
 */
export async function writeRegionDifferences(
  regions: ReadonlyMap<number, readonly Study[]>,
  path: string,
): Promise<void> {
  const rows: Row[] = [];
  const pooled = new Map<string, { row: Row; distributions: Distribution[] }>();
  for (const [region, studies] of regions) {
    const own = new Map<string, { row: Row; distributions: Distribution[] }>();
    for (const study of studies) {
      const scored = await readScoredPixels(study);
      const random = createRandom(region).split("block bootstrap of a region");
      const sheet = await sheets(study, scored, blockDraws(scored.blocks, undefined, random));
      for (const [model, against] of comparedPairs([...sheet.keys()])) {
        for (const score of sheetDifferences(sheet.get(model)!, sheet.get(against)!)) {
          const { measure, period, distribution } = score;
          const row = { model, against, measure, period };
          collect(own, row, distribution);
        }
      }
    }
    for (const { row, distributions } of own.values()) {
      if (distributions.length !== studies.length) continue;
      const mean = meanOf(distributions);
      rows.push({ region, seeds: studies.length, ...row, ...estimate(mean) });
      collect(pooled, row, mean);
    }
  }
  const seeds = Math.min(...[...regions.values()].map((studies) => studies.length));
  for (const { row, distributions } of pooled.values()) {
    if (distributions.length !== regions.size) continue;
    rows.push({ region: "pooled", seeds, ...row, ...estimate(meanOf(distributions)) });
  }
  await writeCsv(path, REGION_COLUMNS, rows);
}

function collect(
  parts: Map<string, { row: Row; distributions: Distribution[] }>,
  row: Row,
  distribution: Distribution,
): void {
  const key = JSON.stringify(row);
  const part = parts.get(key) ?? { row, distributions: [] };
  part.distributions.push(distribution);
  parts.set(key, part);
}
