import { openCube } from "../cube/openCube.js";
import { UsageError } from "../errors.js";
import type { OnProgress } from "../progress.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { checkerboardScores } from "./checkerboard.js";
import { forestClassifier } from "./checkerboardForest.js";
import { networkClassifier } from "./checkerboardNetwork.js";
import { openValidation } from "./truth.js";

const COLUMNS = [
  "classifier",
  "year",
  "half",
  "seed",
  "trained",
  "tested",
  "accuracy",
  "majority",
] as const;

/**
 * Writes tables/checkerboard.csv: accuracy of forest and LSTM trained on the fine labels of one half
 * of a checkerboard and tested on the other, both ways, a year each. It tells what the images carry
 * when labels are good, beside what the cleaned old map reaches. The reference must hold for all
 * years.
 *
 * @param options.cell side of the checkerboard's squares, pixels
 * @param options.classifiers default both
 * @throws UsageError when the study has no reference
 */
export async function writeCheckerboardTable(
  study: Study,
  options: {
    readonly cell: number;
    readonly seeds: readonly number[];
    readonly classifiers?: readonly ("forest" | "lstm")[];
    readonly onProgress?: OnProgress;
  },
): Promise<Row[]> {
  const { cell, seeds, classifiers = ["forest", "lstm"], onProgress } = options;
  const validation = await openValidation(study);
  if (validation === null) {
    throw new UsageError("checkerboard", "the study has no reference, expected fine labels");
  }
  const cube = await openCube(study);
  const rows: Row[] = [];
  const total = classifiers.length * study.years.length;
  for (const classifier of classifiers) {
    for (const year of study.years) {
      onProgress?.(rows.length / (2 * seeds.length), total, `${classifier} ${year}`);
      const classify =
        classifier === "forest"
          ? forestClassifier(study, cube, year)
          : networkClassifier(study, year);
      const labels = validation.years.get(year)!;
      const scores = await checkerboardScores(study.grid, labels, cell, seeds, classify);
      rows.push(...scores.map((score): Row => ({ classifier, year, ...score })));
    }
  }
  onProgress?.(total, total);
  await writeCsv(study.folder.table("checkerboard.csv"), COLUMNS, rows);
  return rows;
}
