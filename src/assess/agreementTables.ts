import { pixelHectares } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { classAgreements, classesPresent, classMean, mapAgreements } from "./agreement.js";
import { type ScoredPixels, sumBlocks } from "./blockCounts.js";
import { type BlockDraws, blockDraws, estimate } from "./bootstrap.js";
import { confusionCounts, type MatrixMeasure, matrixDistributions } from "./confusion.js";
import { mappedModels, readMaps, type YearMaps, yearPairs } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";

const AGREEMENT_COLUMNS = ["model", "from", "to", "class", "measure", "value", "low", "high"];
const TRANSITION_COLUMNS = [
  "model",
  "from",
  "to",
  "class_from",
  "class_to",
  "pixels",
  "area_ha",
  "low_ha",
  "high_ha",
] as const;

/** Rows of tables/agreement.csv and tables/transitions.csv for one model. */
export function agreementRows(
  study: Pick<Study, "legend" | "years" | "grid">,
  model: string,
  maps: YearMaps,
  scored: ScoredPixels,
  draws: BlockDraws,
): { readonly agreement: Row[]; readonly transitions: Row[] } {
  const { legend } = study;
  const classes = legend.length;
  const hectares = pixelHectares(study.grid);
  const agreement: Row[] = [];
  const transitions: Row[] = [];
  for (const [from, to] of yearPairs(study.years)) {
    const counts = confusionCounts(scored, legend, maps.get(from)!, maps.get(to)!);
    const total = sumBlocks(counts);
    const cells = [...total.keys()].filter((cell) => total[cell] !== 0);
    const wanted: {
      readonly class: string;
      readonly measure: string;
      readonly of: MatrixMeasure;
    }[] = [];
    for (const [measure, of] of Object.entries(mapAgreements)) {
      wanted.push({ class: "all", measure, of });
    }
    for (const [measure, of] of Object.entries(classAgreements)) {
      wanted.push({ class: "mean", measure, of: classMean(of) });
    }
    wanted.push({ class: "mean", measure: "classes", of: classesPresent });
    legend.forEach(({ name }, k) => {
      for (const [measure, of] of Object.entries(classAgreements)) {
        wanted.push({ class: name, measure, of: (matrix) => of(matrix, k) });
      }
    });
    const inCells = cells.map(
      (cell): MatrixMeasure =>
        (matrix) =>
          matrix.cells[cell]!,
    );
    const found = matrixDistributions(counts, [...wanted.map(({ of }) => of), ...inCells], draws);
    wanted.forEach(({ class: name, measure }, n) => {
      agreement.push({ model, from, to, class: name, measure, ...estimate(found[n]!) });
    });
    cells.forEach((cell, n) => {
      const { low, high } = estimate(found[wanted.length + n]!);
      transitions.push({
        model,
        from,
        to,
        class_from: legend[Math.floor(cell / classes)]!.name,
        class_to: legend[cell % classes]!.name,
        pixels: total[cell]!,
        area_ha: total[cell]! * hectares,
        low_ha: low === null ? null : low * hectares,
        high_ha: high === null ? null : high * hectares,
      });
    });
  }
  return { agreement, transitions };
}

/**
 * Writes tables/agreement.csv and tables/transitions.csv for every model with maps of all years,
 * over the pixels of validation and test blocks. `class` is `all` for the whole map and `mean` for
 * the unweighted mean over the classes present, whose number is the measure `classes`. A study of one year has no agreement: nothing is
 * written and the answer is false.
 */
export async function writeAgreementTables(study: Study): Promise<boolean> {
  if (study.years.length < 2) return false;
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const agreement: Row[] = [];
  const transitions: Row[] = [];
  for (const model of mappedModels(study)) {
    if (model === "truth") continue;
    const rows = agreementRows(study, model, await readMaps(study, model), scored, draws);
    agreement.push(...rows.agreement);
    transitions.push(...rows.transitions);
  }
  await writeCsv(study.folder.table("agreement.csv"), AGREEMENT_COLUMNS, agreement);
  await writeCsv(study.folder.table("transitions.csv"), TRANSITION_COLUMNS, transitions);
  return true;
}
