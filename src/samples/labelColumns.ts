import type { LabelMap, SourceClass } from "../labels/sourceClass.js";
import type { Legend } from "../manifest/manifest.js";

/** No usable class, in arrays of legend columns. */
export const NO_COLUMN = 255;

/** A code of the label source with the column of its class in the legend. */
export type UsableSource = SourceClass & { readonly column: number };

/** Codes that samples may be taken from, ascending. */
export function usableSources(labels: LabelMap, legend: Legend): UsableSource[] {
  return labels.sources
    .map((source) => ({ ...source, column: legend.findIndex((c) => c.id === source.classId) }))
    .filter((source) => source.use !== "exclude" && source.column >= 0)
    .sort((a, b) => a.code - b.code);
}

/** Legend column of each pixel's class, {@link NO_COLUMN} where no samples may be taken. */
export function labelColumns(labels: LabelMap, legend: Legend): Uint8Array {
  const columnOfCode = new Uint8Array(65_536).fill(NO_COLUMN);
  for (const { code, column } of usableSources(labels, legend)) columnOfCode[code] = column;
  return Uint8Array.from(labels.codes, (code) => columnOfCode[code]!);
}
