import { mappedYears, readYearMap } from "../maps/labelMap.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { blockDraws, type Distribution, difference, estimate, meanOf } from "./bootstrap.js";
import { confusionCounts, diagonalShare, matrixDistributions } from "./confusion.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["model", "year", "measure", "value", "low", "high"];

/**
 * Writes tables/transfer.csv: what a network loses when it is applied to a year other than its own.
 * `loss` is the accuracy of that year's own network (`single-year`) minus the accuracy of the model
 * on the same pixels; the model is the network of the first year (`single-year-<first>`, maps of the
 * other years in its folder) or `multi-year`. The answer is false, and nothing is written, where
 * there is no reference or no such map.
 */
export async function writeTransferTable(study: Study): Promise<boolean> {
  const [first, ...others] = study.years;
  const validation = await openValidation(study);
  if (validation === null || first === undefined) return false;
  const moved = `single-year-${first}`;
  const present = mappedYears(study, moved);
  const years = others.filter((year) => present.includes(year) && validation.years.has(year));
  if (years.length === 0) return false;
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const accuracy = async (model: string, year: number): Promise<Distribution> => {
    const map = await readYearMap(study, model, year);
    const counts = confusionCounts(scored, study.legend, map, validation.years.get(year)!);
    return matrixDistributions(counts, [diagonalShare], draws)[0]!;
  };
  const own = await Promise.all(years.map((year) => accuracy("single-year", year)));
  const rows: Row[] = [];
  for (const model of [moved, "multi-year"]) {
    const applied = await Promise.all(years.map((year) => accuracy(model, year)));
    const add = (year: string, measure: string, distribution: Distribution) =>
      rows.push({ model, year, measure, ...estimate(distribution) });
    const losses = years.map((_, n) => difference(own[n]!, applied[n]!));
    years.forEach((year, n) => {
      add(String(year), "accuracy", applied[n]!);
      add(String(year), "own_year_accuracy", own[n]!);
      add(String(year), "loss", losses[n]!);
    });
    add("mean", "loss", meanOf(losses));
  }
  await writeCsv(study.folder.table("transfer.csv"), COLUMNS, rows);
  return true;
}
