import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { DEFAULT_METHOD } from "../consistency/methods.js";
import { ManifestError } from "../errors.js";
import { readYearMap } from "../maps/labelMap.js";
import { pixelHectares } from "../raster/grid.js";
import {
  type Interpretation,
  interpretedYears,
  interpreterAgreement,
  type PointDesign,
  readDesign,
  readInterpretation,
} from "../sampling/pointFiles.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type BeforeAfter, changeEstimates, estimateCells } from "./changeEstimates.js";

const AREA_COLUMNS = ["from", "to", "measure", "value", "low", "high", "points"];
const AGREEMENT_COLUMNS = ["year", "first", "second", "points", "agreement"];

/** Answers of several interpreters to one sample. */
interface Answers {
  readonly design: PointDesign;
  readonly years: readonly [number, number];
  /** By name of the file, in its order; interpreters without an answer are left out. */
  readonly interpreters: readonly { readonly name: string; readonly answers: Interpretation }[];
}

/**
 * Reads the manifest's `interpretation`: the design and every other CSV file as one interpreter.
 *
 * @throws ManifestError when nobody answered or the years do not follow each other in the study;
 *   FileError when a file does not belong to the design
 */
async function readAnswers(study: Study, folder: string): Promise<Answers> {
  const { manifest, grid, legend } = study;
  const refuse = (problem: string) => new ManifestError(manifest.file, "interpretation", problem);
  const design = await readDesign(folder, grid);
  const files = (await readdir(folder))
    .filter((name) => name.endsWith(".csv") && name !== "design.csv" && name !== "strata.csv")
    .sort();
  const years = files.length === 0 ? [] : await interpretedYears(join(folder, files[0]!));
  const [from, to] = years;
  if (from === undefined || to === undefined || years.length > 2) {
    throw refuse(`${files.length} files of points, expected columns of two years in each`);
  }
  if (study.years[study.years.indexOf(from) + 1] !== to || !study.years.includes(from)) {
    throw refuse(`points of ${from} and ${to}, which do not follow each other in the study`);
  }
  const all = await Promise.all(
    files.map(async (file) => ({
      name: basename(file, ".csv"),
      answers: await readInterpretation(
        join(folder, file),
        legend,
        years,
        grid,
        design.points.pixel,
      ),
    })),
  );
  const interpreters = all.filter(({ answers }) =>
    [...answers.values()].some((ids) => ids.some((id) => id !== 0)),
  );
  if (interpreters.length === 0) throw refuse(`no point is named in ${files.join(", ")}`);
  return { design, years: [from, to], interpreters };
}

/** Points that some interpreter named in both years, with the answer of the first one who did. */
function agreedAnswers({ design, years, interpreters }: Answers) {
  const named: number[] = [];
  const before: number[] = [];
  const after: number[] = [];
  for (let point = 0; point < design.points.pixel.length; point++) {
    for (const { answers } of interpreters) {
      const [a, b] = years.map((year) => answers.get(year)![point]!) as [number, number];
      if (a === 0 || b === 0) continue;
      named.push(point);
      before.push(a);
      after.push(b);
      break;
    }
  }
  return { named, reference: [Uint8Array.from(before), Uint8Array.from(after)] as BeforeAfter };
}

/**
 * Writes what interpreted reference points say about the recommended maps: tables/interpreted-area.csv
 * (felled area, user's and producer's accuracy of mapped felling, overall accuracy, with 95 %
 * intervals) and tables/interpreters.csv (how far interpreters agree on the points that both named).
 * Where several named a point the first by name of the file counts. Without `interpretation` in the
 * manifest nothing is written and the answer is false.
 *
 * @throws DataError when a stratum has fewer than 2 named points
 */
export async function writeInterpretedAreaTables(study: Study): Promise<boolean> {
  const { interpretation } = study.manifest;
  if (interpretation === undefined) return false;
  const answers = await readAnswers(study, interpretation);
  const { design, years, interpreters } = answers;
  const { named, reference } = agreedAnswers(answers);
  const [from, to] = years;
  const mapOf = async (year: number) => {
    const map = await readYearMap(study, DEFAULT_METHOD, year);
    return Uint8Array.from(named, (point) => map[design.points.pixel[point]!]!);
  };
  const pixels = design.strata.reduce((sum, stratum) => sum + stratum.pixels, 0);
  const estimates = changeEstimates(
    study.legend,
    years,
    { strata: design.strata, stratum: named.map((point) => design.points.stratum[point]!) },
    [await mapOf(from), await mapOf(to)],
    reference,
    pixels * pixelHectares(study.grid),
  );
  const rows = estimates.map((one): Row => {
    return { from, to, ...estimateCells(one), points: named.length };
  });
  await writeCsv(study.folder.table("interpreted-area.csv"), AREA_COLUMNS, rows);
  const agreement = interpreters.flatMap((first, n) =>
    interpreters.slice(n + 1).flatMap((second) =>
      interpreterAgreement(first.answers, second.answers).map(
        ({ year, points, agreement: share }): Row => ({
          year,
          first: first.name,
          second: second.name,
          points,
          agreement: Number.isNaN(share) ? null : share,
        }),
      ),
    ),
  );
  await writeCsv(study.folder.table("interpreters.csv"), AGREEMENT_COLUMNS, agreement);
  return true;
}
