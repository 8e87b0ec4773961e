import { join } from "node:path";
import { FileError } from "../errors.js";
import type { Legend } from "../manifest/manifest.js";
import { packageRoot } from "../packageRoot.js";
import { readCsv } from "../table/csv.js";
import type { ClassRule, LabelUse, SourceClass } from "./sourceClass.js";

/** A class of CORINE Land Cover 2018. */
export interface ClcClass {
  /** Value in the published raster, 1-44. */
  readonly gridCode: number;
  /** Level-3 code, 111-523. */
  readonly code: number;
  readonly name: string;
  /** `#RRGGBB` of the official legend. */
  readonly colour: string;
  /** Land-cover class that it counts as; null where it has none. */
  readonly target: string | null;
  readonly use: LabelUse;
  readonly rule: ClassRule | null;
}

/** The 44 classes of CORINE Land Cover 2018, from `data-manifests/legends/clc2018.csv`. */
export async function readClcClasses(): Promise<ClcClass[]> {
  const file = join(packageRoot(), "data-manifests", "legends", "clc2018.csv");
  return (await readCsv(file)).map((row) => {
    const channel = (name: string) => Number(row[name]).toString(16).padStart(2, "0");
    if (!["core", "rule", "exclude"].includes(row.use!)) {
      throw new FileError(file, `use ${row.use} of ${row.code}, expected core, rule or exclude`);
    }
    return {
      gridCode: Number(row.grid_code),
      code: Number(row.code),
      name: row.name!,
      colour: `#${channel("red")}${channel("green")}${channel("blue")}`.toUpperCase(),
      target: row.class || null,
      use: row.use as LabelUse,
      rule: (row.rule || null) as ClassRule | null,
    };
  });
}

/** The classes of CORINE with the ids of a legend; targets that the legend lacks are not used. */
export function clcSources(classes: readonly ClcClass[], legend: Legend): SourceClass[] {
  return classes.map(({ code, name, target, use, rule }) => {
    const classId = legend.find((one) => one.name === target)?.id ?? 0;
    const usable = classId === 0 ? "exclude" : use;
    return { code, name, classId, use: usable, ...(rule && usable === "rule" ? { rule } : {}) };
  });
}

/** Level-3 codes of a CORINE raster that holds grid codes or level-3 codes; 0 for other values. */
export function clcCodes(values: ArrayLike<number>, classes: readonly ClcClass[]): Uint16Array {
  const byValue = new Map<number, number>();
  for (const { gridCode, code } of classes) byValue.set(gridCode, code).set(code, code);
  return Uint16Array.from(values, (value) => byValue.get(value) ?? 0);
}
