import { existsSync } from "node:fs";
import { TRAINING_DISTANCE } from "../assess/conditionTable.js";
import { mainModels, mappedModels, yearPairs } from "../assess/models.js";
import { paperAgreement } from "../assess/paperTable.js";
import { DEFAULT_METHOD } from "../consistency/methods.js";
import { type ConditionPoint, conditionLines } from "../figures/charts/conditionLines.js";
import { lossCurves, type TrainingRow } from "../figures/charts/lossCurves.js";
import { type ReliabilityPoint, reliabilityChart } from "../figures/charts/reliability.js";
import { type ScoreBar, scoreBars } from "../figures/charts/scoreBars.js";
import { tradeOff } from "../figures/charts/tradeOff.js";
import { changePicture, classPicture } from "../figures/classPicture.js";
import type { Figure } from "../figures/figure.js";
import type { Picture } from "../figures/picture.js";
import { changeCounts } from "../maps/changeMap.js";
import { readYearMap } from "../maps/labelMap.js";
import { networkModels, softModel } from "../study/models.js";
import type { Study } from "../study/study.js";
import { type Row, readCsv } from "../table/csv.js";
import { curveCharts } from "./curveFigures.js";
import { readTable } from "./readTable.js";

/** Models that stand in figures, as far as they were mapped. */
const SHOWN = [
  DEFAULT_METHOD,
  "multi-year",
  "single-year",
  "single-year-share",
  "single-year-total",
  "forest",
];

const numberOrNull = (value: Row[string] | undefined) => (typeof value === "number" ? value : null);

function bar(row: Row, group: string): ScoreBar {
  return {
    model: String(row.model),
    group,
    value: numberOrNull(row.value),
    low: numberOrNull(row.low),
    high: numberOrNull(row.high),
  };
}

/**
 * Charts of tables/agreement.csv by file name: agreement of consecutive maps overall, and Dice by
 * class for every pair of years, beside the paper's where the years are its own.
 */
export async function agreementCharts(study: Study): Promise<Record<string, Figure>> {
  const charts: Record<string, Figure> = {};
  const agreement = await readTable(study, "agreement.csv");
  const overall = agreement
    .filter((row) => row.class === "all" && row.measure === "agreement")
    .filter((row) => SHOWN.includes(String(row.model)))
    .map((row) => bar(row, `${row.from}-${row.to}`));
  const paper = [2018, 2019, 2020].every((year) => study.years.includes(year));
  if (overall.length > 0) {
    charts["agreement-overall"] = scoreBars(overall, {
      title: "Agreement of consecutive maps",
      measure: "pixel agreement",
    });
  }
  for (const [n, [from, to]] of yearPairs(study.years).entries()) {
    const bars = agreement
      .filter((row) => row.from === from && row.to === to && row.measure === "dice")
      .filter((row) => row.model === "multi-year" || row.model === "single-year")
      .filter((row) => row.class !== "mean")
      .map((row) => bar(row, String(row.class)));
    if (bars.length === 0) continue;
    const printed = paper && n < 2 ? paperAgreement : [];
    const known = new Set(study.legend.map(({ name }) => name));
    const published = printed
      .filter((row) => known.has(row.class))
      .map((row) => ({
        model: "paper",
        group: row.class,
        value: row.multiYear[n]!,
      }));
    charts[`agreement-${from}-${to}`] = scoreBars([...bars, ...published], {
      title: `Agreement by class ${from}-${to}${published.length > 0 ? " (paper: multi-year)" : ""}`,
      measure: "Dice",
    });
  }
  return charts;
}

/**
 * Charts of the study from its tables and training records, by file name: agreement overall and by
 * class, accuracy by year, agreement against storm recall (or accuracy), the curve over settings, loss curves. What the run
 * has no table for is left out.
 */
export async function studyCharts(study: Study): Promise<Record<string, Figure>> {
  const charts = await agreementCharts(study);
  const accuracy = (await readTable(study, "accuracy.csv"))
    .filter((row) => row.class === "all" && SHOWN.includes(String(row.model)))
    .map((row) => bar(row, String(row.year)));
  if (accuracy.length > 0) {
    charts.accuracy = scoreBars(accuracy, {
      title: "Accuracy against the reference",
      measure: "overall accuracy",
    });
  }
  const scores = await readTable(study, "scores.csv");
  const second = scores.some((row) => row.measure === "storm_recall") ? "storm_recall" : "accuracy";
  const points = mainModels([...new Set(scores.map((row) => String(row.model)))]).flatMap(
    (model) => {
      const own = scores.filter((row) => row.model === model);
      const first = own.find((row) => row.measure === "agreement" && row.period === "mean")?.value;
      const other = own.find(
        (row) => row.measure === second && (second === "storm_recall" || row.period === "mean"),
      )?.value;
      if (typeof first !== "number" || typeof other !== "number") return [];
      return [{ model, agreement: first, other }];
    },
  );
  if (points.length > 0) charts["trade-off"] = tradeOff(points, second.replace("_", " "));
  Object.assign(charts, await curveCharts(study));
  const reliability = reliabilityPoints(await readTable(study, "calibration.csv"));
  if (reliability.length > 0) {
    charts.reliability = reliabilityChart(reliability, "Are stated probabilities right?");
  }
  const distance = distancePoints(await readTable(study, "conditions.csv"));
  if (distance.length > 0) {
    charts["accuracy-distance"] = conditionLines(distance, {
      title: "Accuracy by distance to the training samples (last year)",
      condition: TRAINING_DISTANCE,
    });
  }
  const records = await trainingRecords(study);
  if (Object.keys(records).length > 0) charts.losses = lossCurves(records);
  return charts;
}

/** Accuracy by distance to the training samples in the last year that has one. */
function distancePoints(rows: readonly Row[]): ConditionPoint[] {
  const own = rows.filter(({ condition }) => condition === TRAINING_DISTANCE);
  const year = Math.max(...own.map((row) => Number(row.year)));
  return own.flatMap(({ model, from, to, accuracy, low, high, year: of }) => {
    const numbers = [from, accuracy, low, high];
    if (of !== year || numbers.some((one) => typeof one !== "number")) return [];
    const [start, value, least, most] = numbers as number[];
    const at = typeof to === "number" ? (start! + to) / 2 : start!;
    return [{ model: String(model), at, accuracy: value!, low: least!, high: most! }];
  });
}

function reliabilityPoints(rows: readonly Row[]): ReliabilityPoint[] {
  const value = (of: Row, measure: string) => {
    const row = rows.find(
      (one) => one.year === of.year && one.bin === of.bin && one.measure === measure,
    );
    return typeof row?.value === "number" ? row.value : null;
  };
  return rows
    .filter((row) => row.measure === "confidence")
    .flatMap((row): ReliabilityPoint[] => {
      const [confidence, accuracy] = [value(row, "confidence"), value(row, "accuracy")];
      if (confidence === null || accuracy === null) return [];
      const pixels = value(row, "pixels") ?? 0;
      return [{ group: String(row.year), confidence, accuracy, pixels }];
    });
}

function pictureTitle(model: string): string {
  if (model === "truth") return "true change";
  return model === DEFAULT_METHOD ? "multi-year network, consistent" : `${model} network`;
}

/** Training records of the study's networks, in the order in which they are trained. */
export async function trainingRecords(
  study: Pick<Study, "folder" | "years">,
): Promise<Record<string, TrainingRow[]>> {
  const records: Record<string, TrainingRow[]> = {};
  for (const model of [...networkModels(study.years), softModel]) {
    const file = study.folder.model(model, "training.csv");
    if (existsSync(file)) records[model] = await readCsv(file);
  }
  return records;
}

/** Maps that stand below each other in the report, by model, with what their panels say. */
const MAP_ROWS: readonly (readonly [model: string, words: string])[] = [
  ["multi-year", "multi-year network"],
  ["single-year", "network of the year"],
  [DEFAULT_METHOD, "made consistent (recommended)"],
  ["truth", "true land cover"],
];

/**
 * Pictures of the study's maps, by file name: the maps of all years of the main network, of the
 * recommended method and, where known, of the truth, with the old map, all in one legend; and the
 * change counts of the default consistency method, multi-year, single-year and, where known, true
 * change side by side.
 */
export async function studyPictures(study: Study): Promise<Record<string, Picture>> {
  const models = mappedModels(study);
  const main = ["multi-year", "single-year"].find((model) => models.includes(model));
  const pictures: Record<string, Picture> = {};
  const note = study.manifest.attribution;
  const read = (model: string) =>
    Promise.all(study.years.map((year) => readYearMap(study, model, year)));
  if (main !== undefined) {
    const panels: { title: string; ids: Uint8Array }[] = [];
    for (const [model, words] of MAP_ROWS) {
      const network = model.endsWith("-year");
      if (!models.includes(model) || (network && model !== main)) continue;
      const maps = await read(model);
      study.years.forEach((year, n) => {
        panels.push({ title: `${year}, ${words}`, ids: maps[n]! });
      });
    }
    if (models.includes("labels")) {
      const { year } = study.manifest.labels;
      panels.push({ title: `old map of ${year}`, ids: await readYearMap(study, "labels", year) });
    }
    pictures.maps = classPicture(study, panels, {
      title: "Land cover",
      note,
      columns: study.years.length,
    });
  }
  if (study.years.length < 2) return pictures;
  const compared = [DEFAULT_METHOD, "multi-year", "single-year", "truth"].filter((model) =>
    models.includes(model),
  );
  if (compared.length === 0) return pictures;
  const counts = [];
  for (const model of compared) {
    counts.push({
      title: pictureTitle(model),
      counts: changeCounts(await read(model)),
    });
  }
  const title = `Number of changes ${study.years[0]}-${study.years.at(-1)}`;
  pictures.changes = changePicture(study, counts, { title, note });
  return pictures;
}
