import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type ScoredPixels, sumBlocks } from "./blockCounts.js";
import { type BlockDraws, blockDraws, distributions, estimate } from "./bootstrap.js";
import { changeCountsByBlock, changeMeasures, forestClasses, STRATA } from "./change.js";
import { mappedModels, readMaps, type YearMaps, yearPairs } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation, type Validation } from "./truth.js";
import { flicker, seriesCounts, stability } from "./yearSeries.js";

const COLUMNS = ["model", "from", "to", "stratum", "measure", "value", "low", "high"];

/** Rows of tables/change.csv that need no truth: stability over all years, flicker from three on. */
export function seriesRows(
  years: readonly number[],
  model: string,
  maps: YearMaps,
  scored: ScoredPixels,
  draws: BlockDraws,
): Row[] {
  const series = years.map((year) => maps.get(year)!);
  const measures = years.length > 2 ? { flicker, stability } : { stability };
  const names = Object.keys(measures);
  return distributions(seriesCounts(scored, series), Object.values(measures), draws).map(
    (distribution, n) => ({
      model,
      from: years[0]!,
      to: years.at(-1)!,
      stratum: "all",
      measure: names[n]!,
      ...estimate(distribution),
    }),
  );
}

/** Rows of tables/change.csv that compare mapped with true change, for every pair of years. */
export function changeRows(
  study: Pick<Study, "legend" | "years">,
  model: string,
  maps: YearMaps,
  validation: Validation,
  scored: ScoredPixels,
  draws: BlockDraws,
): Row[] {
  const { change, years } = validation;
  if (change === null) return [];
  const forest = forestClasses(study.legend);
  const rows: Row[] = [];
  for (const [from, to] of yearPairs(study.years)) {
    const counts = changeCountsByBlock(scored, {
      map: [maps.get(from)!, maps.get(to)!],
      truth: [years.get(from)!, years.get(to)!],
      ...change,
      forest,
    });
    const total = sumBlocks(counts);
    const cells = counts.width / STRATA.length;
    STRATA.forEach((stratum, s) => {
      if (total.subarray(s * cells, (s + 1) * cells).every((count) => count === 0)) return;
      const measures = changeMeasures(stratum);
      const names = Object.keys(measures);
      distributions(counts, Object.values(measures), draws).forEach((distribution, n) => {
        rows.push({ model, from, to, stratum, measure: names[n]!, ...estimate(distribution) });
      });
    });
  }
  return rows;
}

/**
 * Writes tables/change.csv for every model with maps of all years: stability and flicker, and
 * where the truth of every year is known precision, recall, F1, direction and false change overall,
 * inside and outside the storm and on felled conifers. A study of one year has no change: nothing is
 * written and the answer is false.
 */
export async function writeChangeTables(study: Study): Promise<boolean> {
  if (study.years.length < 2) return false;
  const validation = await openValidation(study);
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const rows: Row[] = [];
  for (const model of mappedModels(study)) {
    if (model === "truth") continue;
    const maps = await readMaps(study, model);
    rows.push(...seriesRows(study.years, model, maps, scored, draws));
    if (validation !== null) {
      rows.push(...changeRows(study, model, maps, validation, scored, draws));
    }
  }
  await writeCsv(study.folder.table("change.csv"), COLUMNS, rows);
  return true;
}
