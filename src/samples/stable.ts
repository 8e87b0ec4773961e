import type { LabelMap } from "../labels/sourceClass.js";
import type { Study } from "../study/study.js";
import { writeCsv } from "../table/csv.js";
import { BlockSet, type Blocks } from "./blocks.js";
import { NO_COLUMN } from "./labelColumns.js";
import { classQuota } from "./quota.js";
import { writeSamples } from "./sampleFile.js";
import { emptyTable, type SampleTable } from "./sampleTable.js";

/** Class probabilities of each year: 0-100, [class in legend order][pixel], all 0 without data. */
export type YearProbabilities = ReadonlyMap<number, Uint8Array>;

/** Vote shares a class may be relaxed by, below `parameters.minConfidence`, per cent. */
const relaxation = [0, 10, 20] as const;

/** What a class contributes to the stable set. */
export interface StableClass {
  readonly classId: number;
  readonly name: string;
  /** Smallest vote share in any year that was asked for, 0-1. */
  readonly minConfidence: number;
  /** Stable pixels by set. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Pixels with one label in all years. */
export interface StableSet {
  /** Legend column of each pixel, `NO_COLUMN` where it is not stable or in a guard strip. */
  readonly column: Uint8Array;
  /** Smallest vote share over the years, per cent, a value a pixel. */
  readonly confidence: Uint8Array;
  /** In legend order. */
  readonly classes: readonly StableClass[];
}

/**
 * Pixels whose pseudo-label is the same in all years with a vote share of at least
 * `parameters.minConfidence` in each; a class with fewer of them in the training blocks than its
 * quota is relaxed by 0.1, then by 0.2. Writes samples/stable.parquet (a row a pixel, with the
 * first year) and tables/stable.csv.
 */
export async function stableSet(
  study: Study,
  labels: LabelMap,
  blocks: Blocks,
  probabilities: YearProbabilities,
): Promise<StableSet> {
  const { legend, years, folder, grid } = study;
  const { column, confidence } = sameLabel(
    years.map((year) => probabilities.get(year)!),
    legend.length,
  );
  const wanted = Math.round(study.parameters.minConfidence * 100);
  let trainPixels = 0;
  // Training pixels of each class by vote share.
  const histogram = Array.from({ length: legend.length }, () => new Uint32Array(101));
  for (let i = 0; i < column.length; i++) {
    if (blocks.set[i] !== BlockSet.train) continue;
    trainPixels++;
    if (column[i] !== NO_COLUMN) histogram[column[i]!]![confidence[i]!]!++;
  }
  const quota = classQuota(study, trainPixels);
  const threshold = histogram.map((counts) => {
    const above = (limit: number) => counts.subarray(limit).reduce((a, b) => a + b, 0);
    const steps = relaxation.map((step) => Math.max(1, wanted - step));
    return steps.find((limit) => above(limit) >= quota) ?? steps.at(-1)!;
  });

  const counts = legend.map(() => new Uint32Array(256));
  let stable = 0;
  for (let i = 0; i < column.length; i++) {
    const k = column[i]!;
    const set = blocks.set[i]!;
    if (k === NO_COLUMN || set === BlockSet.guard || confidence[i]! < threshold[k]!) {
      column[i] = NO_COLUMN;
      continue;
    }
    counts[k]![set]!++;
    stable++;
  }
  const classes = legend.map(({ id, name }, k) => ({
    classId: id,
    name,
    minConfidence: threshold[k]! / 100,
    train: counts[k]![BlockSet.train]!,
    validation: counts[k]![BlockSet.validation]!,
    test: counts[k]![BlockSet.test]!,
  }));
  const pixels = new Uint32Array(stable);
  let row = 0;
  for (let i = 0; i < column.length; i++) if (column[i] !== NO_COLUMN) pixels[row++] = i;
  const table = tableOf(pixels, column, confidence, years[0]!, study, labels, blocks);
  await writeSamples(folder.samples("stable.parquet"), table, grid);
  await writeCsv(
    folder.table("stable.csv"),
    ["class", "min_confidence", "train", "validation", "test"],
    classes.map((c) => ({
      class: c.name,
      min_confidence: c.minConfidence,
      train: c.train,
      validation: c.validation,
      test: c.test,
    })),
  );
  return { column, confidence, classes };
}

/** Most probable column where it is the same in all years, and its smallest share. */
export function sameLabel(
  years: readonly Uint8Array[],
  classes: number,
): { column: Uint8Array; confidence: Uint8Array } {
  const pixels = years[0]!.length / classes;
  const column = new Uint8Array(pixels);
  const confidence = new Uint8Array(pixels).fill(100);
  years.forEach((probabilities, y) => {
    for (let i = 0; i < pixels; i++) {
      const best = mostProbable(probabilities, classes, pixels, i);
      if (best === NO_COLUMN || (y > 0 && best !== column[i])) column[i] = NO_COLUMN;
      else if (y === 0) column[i] = best;
      if (best === NO_COLUMN) continue;
      confidence[i] = Math.min(confidence[i]!, probabilities[best * pixels + i]!);
    }
  });
  return { column, confidence };
}

/** First column with the highest probability; `NO_COLUMN` where all are 0. */
export function mostProbable(
  probabilities: Uint8Array,
  classes: number,
  pixels: number,
  pixel: number,
): number {
  let best = NO_COLUMN;
  let most = 0;
  for (let k = 0; k < classes; k++) {
    const p = probabilities[k * pixels + pixel]!;
    if (p > most) {
      most = p;
      best = k;
    }
  }
  return best;
}

/** Table of the given pixels with their labels. */
export function tableOf(
  pixels: Uint32Array,
  column: Uint8Array,
  confidence: Uint8Array,
  year: number,
  { legend }: Study,
  labels: LabelMap,
  blocks: Blocks,
): SampleTable {
  const table = emptyTable(pixels.length);
  pixels.forEach((pixel, i) => {
    table.pixel[i] = pixel;
    table.label[i] = legend[column[pixel]!]!.id;
    table.confidence[i] = confidence[pixel]! / 100;
    table.source[i] = labels.codes[pixel]!;
    table.block[i] = blocks.block[pixel]!;
  });
  table.year.fill(year);
  return table;
}
