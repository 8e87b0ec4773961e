import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { bareGroups, classAccuracies } from "./accuracy.js";
import { classMean } from "./agreement.js";
import type { ScoredPixels } from "./blockCounts.js";
import { type BlockDraws, blockDraws, type Distribution, estimate } from "./bootstrap.js";
import {
  confusionCounts,
  diagonalShare,
  type MatrixMeasure,
  matrixDistributions,
  mergeClasses,
} from "./confusion.js";
import { mappedModels, readMaps, type YearMaps } from "./models.js";
import { writeReferenceTable } from "./referenceTable.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation, type Validation } from "./truth.js";

const COLUMNS = ["model", "year", "reference", "class", "measure", "value", "low", "high"];

/** Rows of tables/accuracy.csv for one model. */
export function accuracyRows(
  study: Pick<Study, "legend" | "years">,
  model: string,
  maps: YearMaps,
  validation: Pick<Validation, "reference" | "years">,
  scored: ScoredPixels,
  draws: BlockDraws,
): Row[] {
  const { legend } = study;
  const groups = bareGroups(legend);
  const rows: Row[] = [];
  for (const year of study.years) {
    const truth = validation.years.get(year);
    if (truth === undefined) continue;
    const counts = confusionCounts(scored, legend, maps.get(year)!, truth);
    const wanted: {
      readonly class: string;
      readonly measure: string;
      readonly of: MatrixMeasure;
    }[] = [];
    for (const measure of ["user", "producer", "f1"]) {
      wanted.push({ class: "mean", measure, of: classMean(classAccuracies[measure]!) });
    }
    legend.forEach(({ name }, k) => {
      for (const [measure, of] of Object.entries(classAccuracies)) {
        wanted.push({ class: name, measure, of: (matrix) => of(matrix, k) });
      }
    });
    const measures = [diagonalShare, ...wanted.map(({ of }) => of)];
    const [all, ...others] = matrixDistributions(counts, measures, draws);
    const add = (name: string, measure: string, distribution: Distribution) => {
      const { reference } = validation;
      rows.push({ model, year, reference, class: name, measure, ...estimate(distribution) });
    };
    add("all", "overall", all!);
    if (groups !== null) {
      const merged = matrixDistributions(mergeClasses(counts, groups), [diagonalShare], draws);
      add("all-merged", "overall", merged[0]!);
    }
    wanted.forEach(({ class: name, measure }, n) => {
      add(name, measure, others[n]!);
    });
  }
  return rows;
}

/**
 * Writes tables/accuracy.csv for every model with maps of all years, over the pixels of validation
 * and test blocks that the reference covers. `class` is `all` for the whole map, `all-merged` with
 * Rocks, Sand and Mineral as one class, and `mean` for the unweighted mean over classes. Of single
 * observations tables/reference.csv counts what became of them. Without a reference nothing is
 * written and the answer is false.
 */
export async function writeAccuracyTables(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation === null) return false;
  await writeReferenceTable(study, validation);
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const rows: Row[] = [];
  for (const model of mappedModels(study)) {
    if (model === "truth") continue;
    const maps = await readMaps(study, model);
    rows.push(...accuracyRows(study, model, maps, validation, scored, draws));
  }
  await writeCsv(study.folder.table("accuracy.csv"), COLUMNS, rows);
  return true;
}
