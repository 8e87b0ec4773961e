import { existsSync } from "node:fs";
import { openLabels } from "../labels/prepareLabels.js";
import { BlockSet, openBlocks } from "../samples/blocks.js";
import { erodedPool } from "../samples/erosion.js";
import { classQuota } from "../samples/quota.js";
import { readSamples } from "../samples/sampleFile.js";
import { joinTables, type SampleTable } from "../samples/sampleTable.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { forestClasses } from "./change.js";
import { yearPairs } from "./models.js";
import { felledKept, samplePurity } from "./purity.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["set", "year", "class", "measure", "value"];

/**
 * Writes tables/purity.csv: for the reliable and the stable samples `samples` and `purity` of every
 * class and year and over all of them, and after the storm `felled` (felled pixels among the eroded
 * Conifers of the old map in training blocks) with `felled_kept`, their share that the set still
 * holds as Conifers. Without a reference nothing is written and the answer is false.
 */
export async function writePurityTable(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation === null) return false;
  const { legend } = study;
  const rows: Row[] = [];
  for (const set of ["reliable", "stable"]) {
    const file = study.folder.samples(`${set}.parquet`);
    if (!existsSync(file)) continue;
    const stored = await readSamples(file);
    // A stable label stands for every year, but is stored once.
    const table = set === "stable" ? everyYear(stored, study.years) : stored;
    const found = samplePurity(table, validation.years, legend);
    for (const year of study.years) {
      const classes = found.filter((entry) => entry.year === year);
      for (const { classId, samples, purity } of classes) {
        const name = legend.find(({ id }) => id === classId)!.name;
        rows.push({ set, year, class: name, measure: "samples", value: samples });
        rows.push({ set, year, class: name, measure: "purity", value: purity });
      }
      const total = classes.reduce((sum, { samples }) => sum + samples, 0);
      const right = classes.reduce((sum, { samples, purity }) => sum + samples * purity, 0);
      rows.push({ set, year, class: "all", measure: "samples", value: total });
      rows.push({
        set,
        year,
        class: "all",
        measure: "purity",
        value: total ? right / total : null,
      });
    }
    if (validation.change === null) continue;
    const { conifers } = forestClasses(legend);
    const pool = await coniferPool(study, conifers);
    for (const [before, after] of yearPairs(study.years)) {
      const [old, now] = [validation.years.get(before)!, validation.years.get(after)!];
      const felled = validation.change.storm.map((hit, pixel) =>
        hit === 1 && old[pixel] === conifers && now[pixel] !== conifers ? 1 : 0,
      );
      const { pixels, share } = felledKept(table, after, felled, pool, conifers);
      if (pixels === 0) continue;
      const name = legend.find(({ id }) => id === conifers)!.name;
      rows.push({ set, year: after, class: name, measure: "felled", value: pixels });
      rows.push({ set, year: after, class: name, measure: "felled_kept", value: share });
    }
  }
  await writeCsv(study.folder.table("purity.csv"), COLUMNS, rows);
  return true;
}

/** The rows of a table once for each year. */
function everyYear(table: SampleTable, years: readonly number[]): SampleTable {
  return joinTables(
    years.map((year) => ({ ...table, year: new Uint16Array(table.length).fill(year) })),
  );
}

/** Where the cleaning starts for one class: eroded pixels of its codes in training blocks. */
async function coniferPool(study: Study, classId: number): Promise<Uint8Array> {
  const labels = await openLabels(study);
  const { set } = await openBlocks(study);
  const train = set.map((value) => (value === BlockSet.train ? 1 : 0));
  const quota = classQuota(
    study,
    train.reduce((sum, inside) => sum + inside, 0),
  );
  const { inside } = erodedPool(labels, study.legend, study.grid, quota, train);
  const codes = new Set(
    labels.sources.filter((source) => source.classId === classId).map(({ code }) => code),
  );
  return inside.map((value, pixel) => (codes.has(labels.codes[pixel]!) ? value : 0));
}
