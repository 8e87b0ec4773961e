import type { Legend } from "../manifest/manifest.js";
import type { SampleTable } from "../samples/sampleTable.js";

/** How many samples of a class and year carry the right label. */
export interface Purity {
  readonly year: number;
  readonly classId: number;
  readonly samples: number;
  /** Share of the samples whose label is the truth, 0-1. */
  readonly purity: number;
}

/** Purity of every class and year that has samples, by year and legend order. */
export function samplePurity(
  table: SampleTable,
  truth: ReadonlyMap<number, Uint8Array>,
  legend: Legend,
): Purity[] {
  const out: Purity[] = [];
  for (const [year, classes] of truth) {
    const samples = new Uint32Array(256);
    const right = new Uint32Array(256);
    for (let i = 0; i < table.length; i++) {
      if (table.year[i] !== year) continue;
      const label = table.label[i]!;
      const reference = classes[table.pixel[i]!]!;
      if (reference === 0) continue;
      samples[label]!++;
      if (reference === label) right[label]!++;
    }
    for (const { id } of legend) {
      if (samples[id] === 0) continue;
      out.push({ year, classId: id, samples: samples[id]!, purity: right[id]! / samples[id]! });
    }
  }
  return out;
}

/**
 * Share of felled pixels of the starting pool that a set of samples keeps under the old label.
 *
 * @param felled 1 where conifers were felled before the year
 * @param pool 1 where the old map offered the pixel as a sample of the class
 * @param classId class of the old label, Conifers
 * @returns pixels felled inside the pool, and the share kept (NaN where there is none)
 */
export function felledKept(
  table: SampleTable,
  year: number,
  felled: Uint8Array,
  pool: Uint8Array,
  classId: number,
): { readonly pixels: number; readonly share: number } {
  let pixels = 0;
  for (let i = 0; i < felled.length; i++) if (felled[i] === 1 && pool[i] === 1) pixels++;
  let kept = 0;
  for (let i = 0; i < table.length; i++) {
    const pixel = table.pixel[i]!;
    if (table.year[i] !== year || table.label[i] !== classId) continue;
    if (felled[pixel] === 1 && pool[pixel] === 1) kept++;
  }
  return { pixels, share: kept / pixels };
}
