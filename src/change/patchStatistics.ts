import { findPatches } from "../consistency/patchFilter.js";
import { codeClasses } from "./changeCodes.js";

/** Patches of one change, 8-connected pixels with the same classes before and after. */
export interface PatchStatistics {
  /** Class ids before and after. */
  readonly from: number;
  readonly to: number;
  /** Patches of at least the mapping unit: number, pixels together, median and largest. */
  readonly patches: number;
  readonly pixels: number;
  readonly median: number;
  readonly largest: number;
  /** Patches below the mapping unit: number and pixels together. */
  readonly smallPatches: number;
  readonly smallPixels: number;
}

/**
 * Statistics of the patches of every kind of change, largest total first.
 *
 * @param codes from-to codes, see `changeCodes`
 * @param unit minimum mapping unit, pixels
 */
export function patchStatistics(
  codes: Uint16Array,
  width: number,
  height: number,
  unit: number,
): PatchStatistics[] {
  const { size, value } = findPatches(codes, width, height);
  const sizes = new Map<number, number[]>();
  for (let patch = 1; patch < size.length; patch++) {
    const list = sizes.get(value[patch]!) ?? [];
    sizes.set(value[patch]!, list);
    list.push(size[patch]!);
  }
  const sum = (list: readonly number[]) => list.reduce((total, pixels) => total + pixels, 0);
  return [...sizes]
    .map(([code, all]): PatchStatistics => {
      const [from, to] = codeClasses(code);
      const large = all.filter((pixels) => pixels >= unit).sort((a, b) => a - b);
      const small = all.filter((pixels) => pixels < unit);
      return {
        from,
        to,
        patches: large.length,
        pixels: sum(large),
        median: median(large),
        largest: large.at(-1) ?? 0,
        smallPatches: small.length,
        smallPixels: sum(small),
      };
    })
    .sort((a, b) => b.pixels - a.pixels || a.from - b.from || a.to - b.to);
}

/** Middle of ascending numbers, 0 of none. */
function median(sorted: readonly number[]): number {
  if (sorted.length === 0) return 0;
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}
