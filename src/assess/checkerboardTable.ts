import { openCube } from "../cube/openCube.js";
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

/** Training seeds whose mean is compared. */
const SEEDS = [1, 2, 3];

/**
 * Writes tables/checkerboard.csv: accuracy of the forest and of the study's kind of network trained on the fine labels of one half
 * of a checkerboard and tested on the other, both ways, a year each. It tells what the images carry
 * when labels are good, beside what the cleaned old map reaches. The manifest asks for it by
 * `reference.checkerboard`.
 *
 * @returns the rows; none when the manifest does not ask
 */
export async function writeCheckerboardTable(
  study: Study,
  options: { readonly onProgress?: OnProgress } = {},
): Promise<Row[]> {
  const { onProgress } = options;
  const { reference } = study.manifest;
  const cell = reference?.kind === "raster" ? reference.checkerboard : undefined;
  if (cell === undefined) return [];
  const validation = await openValidation(study);
  if (validation === null) return [];
  const cube = await openCube(study);
  const rows: Row[] = [];
  const classifiers = ["forest", study.parameters.network];
  const total = classifiers.length * study.years.length;
  for (const classifier of classifiers) {
    for (const year of study.years) {
      onProgress?.(rows.length / (2 * SEEDS.length), total, `${classifier} ${year}`);
      const classify =
        classifier === "forest"
          ? forestClassifier(study, cube, year)
          : networkClassifier(study, year);
      const labels = validation.years.get(year)!;
      const scores = await checkerboardScores(study.grid, labels, cell, SEEDS, classify);
      rows.push(...scores.map((score): Row => ({ classifier, year, ...score })));
    }
  }
  onProgress?.(total, total);
  await writeCsv(study.folder.table("checkerboard.csv"), COLUMNS, rows);
  return rows;
}
