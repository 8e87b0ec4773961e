import { readProbabilities } from "../maps/yearMaps.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { blockDraws, distributions, estimate } from "./bootstrap.js";
import {
  binAccuracy,
  binConfidence,
  binPixels,
  CALIBRATION_BINS,
  calibrationCounts,
  expectedCalibrationError,
} from "./calibration.js";
import { mappedModels } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["model", "year", "bin", "measure", "value", "low", "high"];

/**
 * Writes tables/calibration.csv: for the main network and every year the mean stated probability, the
 * share correct and the pixels by bins of the highest probability (`bin` 0.0-0.9 is the lower edge),
 * and the expected calibration error (`bin` all). Without a reference nothing is written and the answer
 * is false.
 */
export async function writeCalibrationTable(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  const mapped = mappedModels(study);
  const model = ["multi-year", "single-year"].find((name) => mapped.includes(name));
  if (validation === null || model === undefined) return false;
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const ids = study.legend.map(({ id }) => id);
  const bins = Array.from({ length: CALIBRATION_BINS }, (_, bin) => bin);
  const rows: Row[] = [];
  for (const year of study.years) {
    const truth = validation.years.get(year);
    if (truth === undefined) continue;
    const percent = await readProbabilities(study, model, year);
    const counts = calibrationCounts(scored, percent, ids, truth);
    const wanted = [
      { bin: "all", measure: "error", of: expectedCalibrationError },
      ...bins.flatMap((bin) => [
        { bin: (bin / 10).toFixed(1), measure: "confidence", of: binConfidence(bin) },
        { bin: (bin / 10).toFixed(1), measure: "accuracy", of: binAccuracy(bin) },
        { bin: (bin / 10).toFixed(1), measure: "pixels", of: binPixels(bin) },
      ]),
    ];
    distributions(
      counts,
      wanted.map(({ of }) => of),
      draws,
    ).forEach((distribution, n) => {
      const { bin, measure } = wanted[n]!;
      rows.push({ model, year, bin, measure, ...estimate(distribution) });
    });
  }
  await writeCsv(study.folder.table("calibration.csv"), COLUMNS, rows);
  return true;
}
