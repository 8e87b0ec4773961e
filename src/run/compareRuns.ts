import { existsSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "../errors.js";
import { readCsv } from "../table/csv.js";
import { type RunRecord, readRecord, recordPath } from "./record.js";

/** One row of a table with the value of each run; null where a run lacks the row. */
export interface ComparedRow {
  readonly table: string;
  /** Columns that identify the row, in the order of the table. */
  readonly key: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[];
}

/** A setting in which runs differ. */
export interface ComparedSetting {
  readonly name: string;
  readonly values: readonly string[];
}

const tables = ["agreement", "accuracy", "change"] as const;
const measured = new Set(["value", "low", "high"]);

/**
 * Rows of the tables of several runs side by side, in the order of first appearance.
 *
 * @param everything also rows of single classes and strata
 */
export async function compareTables(
  roots: readonly string[],
  everything: boolean,
): Promise<ComparedRow[]> {
  const rows = new Map<
    string,
    { table: string; key: Record<string, string>; values: (number | null)[] }
  >();
  for (const table of tables) {
    for (const [i, root] of roots.entries()) {
      const path = join(root, "tables", `${table}.csv`);
      if (!existsSync(path)) continue;
      for (const row of await readCsv(path)) {
        const group = row.class ?? row.stratum;
        if (!everything && group !== "all") continue;
        const key = Object.fromEntries(Object.entries(row).filter(([name]) => !measured.has(name)));
        const id = JSON.stringify([table, key]);
        const known = rows.get(id) ?? { table, key, values: roots.map(() => null) };
        if (row.value) known.values[i] = Number(row.value);
        rows.set(id, known);
      }
    }
  }
  return [...rows.values()];
}

/**
 * Settings in which the runs' records differ: region, years, seeds, size, parameters, versions.
 *
 * @throws FileError when a folder holds no record
 */
export async function compareSettings(roots: readonly string[]): Promise<ComparedSetting[]> {
  const all: Map<string, string>[] = [];
  for (const root of roots) {
    const record = await readRecord(root);
    if (!record)
      throw new FileError(recordPath(root), "no such file, expected the record of a run");
    all.push(new Map(settingsOf(record)));
  }
  const names = [...new Set(all.flatMap((one) => [...one.keys()]))];
  return names
    .map((name) => ({ name, values: all.map((one) => one.get(name) ?? "") }))
    .filter(({ values }) => new Set(values).size > 1);
}

function settingsOf({ manifest, years, seeds, size, versions, region }: RunRecord) {
  const { seed: _seed, ...parameters } = manifest.parameters;
  return Object.entries({
    region,
    years: years.join(" "),
    "region seed": seeds.region,
    "training seed": seeds.training,
    size,
    ...parameters,
    engine: versions.engine,
    phenocover: versions.phenocover,
    node: versions.node,
  }).map(([name, value]): [string, string] => [name, String(value ?? "")]);
}
