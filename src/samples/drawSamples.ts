import type { LabelMap } from "../labels/sourceClass.js";
import { createRandom, type Random } from "../random.js";
import { networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";
import { writeCsv } from "../table/csv.js";
import { BlockSet, type Blocks } from "./blocks.js";
import { NO_COLUMN } from "./labelColumns.js";
import { drawnQuota, fewestSamples, trainQuota, validationQuota } from "./quota.js";
import { writeSamples } from "./sampleFile.js";
import { joinTables, type SampleTable } from "./sampleTable.js";
import { mostProbable, type StableSet, tableOf, type YearProbabilities } from "./stable.js";

/** How many samples of a class one model got in one set. */
export interface DrawnClass {
  readonly model: string;
  readonly set: "train" | "validation";
  readonly classId: number;
  readonly name: string;
  /** Samples asked for over the model's years. */
  readonly wanted: number;
  readonly drawn: number;
}

/** Outcome of {@link drawSamples}. */
export interface DrawReport {
  /** Models whose tables were written. */
  readonly models: readonly string[];
  readonly rows: readonly DrawnClass[];
  /** Classes that no model learns because their stable set is too small. */
  readonly absent: readonly { readonly classId: number; readonly name: string }[];
}

/** Labels of one year that sites may be drawn from. */
interface Candidates {
  /** Legend column [pixel], `NO_COLUMN` where it is no candidate. */
  readonly column: Uint8Array;
  /** Vote share, per cent [pixel]. */
  readonly confidence: Uint8Array;
}

/**
 * Draws the training and validation tables of every network, by class and at random within the
 * training and the validation blocks. Quota of a class and year: trainSamples / (classes x years),
 * at most a third of its stable pixels of the set; no class fills another one's shortfall.
 *
 * - `multi-year`: stable sites, each with every year;
 * - `single-year-share-<y>`: the same sites with year y only;
 * - `single-year-total-<y>`: stable sites of year y, as many as multi-year has rows;
 * - `single-year-<y>`: sites of that year's own pseudo-labels, one quota;
 * - `multi-year-annual`: the rows of all `single-year-<y>` together.
 *
 * A study of one year has `single-year-<y>` only.
 *
 * Writes samples/train-<model>.parquet, samples/validation-<model>.parquet and tables/samples.csv.
 *
 * @param probabilities of the forests of each year
 */
export async function drawSamples(
  study: Study,
  labels: LabelMap,
  blocks: Blocks,
  stable: StableSet,
  probabilities: YearProbabilities,
): Promise<DrawReport> {
  const { years, legend, folder, grid } = study;
  const present = stable.classes.map(
    (c) => drawnQuota(trainQuota(study), c.train) >= fewestSamples,
  );
  const annual = new Map(
    years.map((year) => [year, annualLabels(study, blocks, stable, probabilities.get(year)!)]),
  );
  const wantedModels = new Set(networkModels(years));
  const models: string[] = [];
  const rows: DrawnClass[] = [];
  const write = async (
    model: string,
    set: DrawnClass["set"],
    parts: SampleTable[],
    per: number,
  ) => {
    if (!wantedModels.has(model)) return;
    const table = joinTables(parts);
    await writeSamples(folder.samples(`${set}-${model}.parquet`), table, grid);
    const wanted = per * (set === "train" ? trainQuota(study) : validationQuota(study));
    for (const { id, name } of legend) {
      const drawn = table.label.reduce((n, label) => n + (label === id ? 1 : 0), 0);
      rows.push({ model, set, classId: id, name, wanted, drawn });
    }
    if (set === "train") models.push(model);
  };

  for (const set of ["train", "validation"] as const) {
    const wanted = set === "train" ? trainQuota(study) : validationQuota(study);
    const quota = stable.classes.map((c, k) => (present[k] ? drawnQuota(wanted, c[set]) : 0));
    const random = createRandom(study.seed).split(`draw ${set}`);
    const within = BlockSet[set];
    const tableFor = (sites: Uint32Array, year: number, column: Uint8Array) =>
      tableOf(
        sites,
        column,
        shareOf(probabilities.get(year)!, column),
        year,
        study,
        labels,
        blocks,
      );
    const stableOrder = shuffledSites(stable, blocks, within, legend.length, random);
    const share = firstOf(stableOrder, quota);
    const total = firstOf(
      stableOrder,
      quota.map((q) => q * years.length),
    );
    await write(
      "multi-year",
      set,
      years.map((year) => tableFor(share, year, stable.column)),
      years.length,
    );
    const annualTables: SampleTable[] = [];
    for (const year of years) {
      await write(`single-year-share-${year}`, set, [tableFor(share, year, stable.column)], 1);
      const all = tableFor(total, year, stable.column);
      await write(`single-year-total-${year}`, set, [all], years.length);
      const own = annual.get(year)!;
      const order = shuffledSites(own, blocks, within, legend.length, random.split(year));
      const table = tableFor(firstOf(order, quota), year, own.column);
      annualTables.push(table);
      await write(`single-year-${year}`, set, [table], 1);
    }
    await write("multi-year-annual", set, annualTables, years.length);
  }
  await writeCsv(
    folder.table("samples.csv"),
    ["model", "set", "class", "wanted", "drawn"],
    rows.map(({ model, set, name, wanted, drawn }) => ({ model, set, class: name, wanted, drawn })),
  );
  const absent = legend
    .filter((_, k) => !present[k])
    .map(({ id, name }) => ({ classId: id, name }));
  return { models, rows, absent };
}

/** One year's own pseudo-labels outside the guard strips, with the vote share asked of stable pixels. */
function annualLabels(
  { legend }: Study,
  blocks: Blocks,
  stable: StableSet,
  probabilities: Uint8Array,
): Candidates {
  const pixels = blocks.set.length;
  const column = new Uint8Array(pixels).fill(NO_COLUMN);
  const confidence = new Uint8Array(pixels);
  // Both are whole per cents: 0.55 * 100 is more than 55.
  const wanted = stable.classes.map(({ minConfidence }) => Math.round(minConfidence * 100));
  for (let i = 0; i < pixels; i++) {
    const best = mostProbable(probabilities, legend.length, pixels, i);
    if (best === NO_COLUMN || blocks.set[i] === BlockSet.guard) continue;
    confidence[i] = probabilities[best * pixels + i]!;
    if (confidence[i]! >= wanted[best]!) column[i] = best;
  }
  return { column, confidence };
}

/** Sites of each class inside a set, in random order. */
function shuffledSites(
  { column }: Candidates,
  blocks: Blocks,
  set: number,
  classes: number,
  random: Random,
): Uint32Array[] {
  const counts = new Uint32Array(classes);
  const inside = (i: number) => column[i] !== NO_COLUMN && blocks.set[i] === set;
  for (let i = 0; i < column.length; i++) if (inside(i)) counts[column[i]!]!++;
  const sites = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  for (let i = 0; i < column.length; i++) {
    if (inside(i)) sites[column[i]!]![counts[column[i]!]!++] = i;
  }
  return sites.map((own, k) => random.split(`class ${k}`).shuffle(own));
}

/** The first sites of each class, ascending. */
function firstOf(sites: readonly Uint32Array[], quota: readonly number[]): Uint32Array {
  const chosen = sites.flatMap((own, k) => Array.from(own.subarray(0, quota[k]!)));
  return Uint32Array.from(chosen).sort();
}

/** Vote share of each pixel's column in one year, per cent. */
function shareOf(probabilities: Uint8Array, column: Uint8Array): Uint8Array {
  return Uint8Array.from(column, (k, i) =>
    k === NO_COLUMN ? 0 : probabilities[k * column.length + i]!,
  );
}
