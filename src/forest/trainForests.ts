import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { Cube } from "../cube/cube.js";
import { readScaler } from "../cube/scaler.js";
import { readSequences } from "../cube/sequences.js";
import { DataError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { OnProgress } from "../progress.js";
import { createRandom, type Random } from "../random.js";
import { fewestSamples } from "../samples/quota.js";
import { nearestYear } from "../samples/reliable.js";
import type { SampleTable } from "../samples/sampleTable.js";
import type { Study } from "../study/study.js";
import { writeForest } from "./forestFile.js";
import { trainForest } from "./trainForest.js";

/** Samples of a class and year, at most. */
const mostSamples = 800;
/** Name of the forest of one year that is applied to all of them. */
export const oneYearForest = "forest-one-year";

/** What a forest was trained on and how well its trees agree with the labels they had not seen. */
export interface ForestSummary {
  readonly model: string;
  readonly year: number;
  /** Samples by class, in legend order. */
  readonly samples: readonly { readonly name: string; readonly rows: number }[];
  /** Classes of the legend that the forest does not know. */
  readonly absent: readonly string[];
  /** Out-of-bag accuracy against the cleaned labels, 0-1; low where those are wrong. */
  readonly outOfBag: number;
  /** Rows by label and out-of-bag vote [class][class], in legend order. */
  readonly confusion: Uint32Array;
}

/**
 * Trains a forest a year on the reliable samples of that year (at most 800 a class), with all
 * channels of all dates as features, and keeps the label year's one also as `forest-one-year`.
 * Writes models/forest-<year>/ and models/forest-one-year/.
 *
 * @throws DataError when a year has fewer than two classes with samples enough
 */
export async function trainForests(
  study: Study,
  cube: Cube,
  reliable: SampleTable,
  options: { readonly onProgress?: OnProgress } = {},
): Promise<ForestSummary[]> {
  const { years, legend, parameters, workers, folder, manifest } = study;
  const scaler = await readScaler(study);
  const summaries: ForestSummary[] = [];
  for (const [y, year] of years.entries()) {
    const random = createRandom(study.seed).split(`forest ${year}`);
    const { pixels, labels } = cappedRows(study, reliable, year, random.split("samples"));
    const samples = legend.map(({ name }, k) => ({
      name,
      rows: labels.reduce((n, label) => n + (label === k ? 1 : 0), 0),
    }));
    if (samples.filter((c) => c.rows > 0).length < 2) {
      throw new DataError(
        `forest of ${year}`,
        `fewer than two classes have ${fewestSamples} reliable samples`,
      );
    }
    const values = await readSequences(cube, year, pixels, scaler, { time: false });
    const { forest, outOfBag } = await trainForest(values, values.length / labels.length, labels, {
      classes: legend.length,
      random: random.split("trees"),
      trees: parameters.trees,
      workers,
      onProgress: (done, total) =>
        options.onProgress?.(y * total + done, years.length * total, `forest of ${year}`),
    });
    const model = `forest-${year}`;
    await writeForest(folder.model(model), forest, {
      year,
      classIds: legend.map(({ id }) => id),
      samples: samples.map(({ rows }) => rows),
      outOfBag: { ...outOfBag, confusion: Array.from(outOfBag.confusion) },
    });
    await writeFileAtomic(
      folder.model(model, "scaler.json"),
      `${JSON.stringify(scaler, null, 2)}\n`,
    );
    summaries.push({
      model,
      year,
      samples,
      absent: samples.filter(({ rows }) => rows === 0).map(({ name }) => name),
      outOfBag: outOfBag.accuracy,
      confusion: outOfBag.confusion,
    });
  }
  const labelForest = folder.model(`forest-${nearestYear(years, manifest.labels.year)}`);
  for (const file of ["forest.bin", "scaler.json", "forest.json"]) {
    await cp(join(labelForest, file), folder.model(oneYearForest, file));
  }
  return summaries;
}

/** A random choice of at most `mostSamples` rows a class; classes with too few are left out. */
function cappedRows(
  { legend }: Study,
  table: SampleTable,
  year: number,
  random: Random,
): { pixels: Uint32Array; labels: Uint8Array } {
  const chosen = legend.flatMap(({ id }, column) => {
    const rows: number[] = [];
    for (let i = 0; i < table.length; i++) {
      if (table.year[i] === year && table.label[i] === id) rows.push(i);
    }
    if (rows.length < fewestSamples) return [];
    return random
      .split(column)
      .shuffle(rows)
      .slice(0, mostSamples)
      .map((row) => ({ pixel: table.pixel[row]!, column }));
  });
  chosen.sort((a, b) => a.pixel - b.pixel || a.column - b.column);
  return {
    pixels: Uint32Array.from(chosen, ({ pixel }) => pixel),
    labels: Uint8Array.from(chosen, ({ column }) => column),
  };
}
