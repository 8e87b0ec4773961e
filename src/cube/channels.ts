import { type CubeBlock, missingValue } from "./cube.js";
import { type BoundIndex, bindIndices, indexValue } from "./indices.js";

/**
 * A function that writes the channels (bands, then computed indices) of one date and pixel of a
 * block in natural units into `out`; false, and nothing written, where the date is missing. An
 * index without a value (empty denominator) counts as 0.
 */
export function channelReader(
  bands: readonly string[],
  block: CubeBlock,
): (date: number, pixel: number, out: Float64Array) => boolean {
  const indices: BoundIndex[] = bindIndices(bands).filter(({ stored }) => !stored);
  const { values, pixels } = block;
  const count = bands.length;
  return (date, pixel, out) => {
    let at = date * count * pixels + pixel;
    if (values[at] === missingValue) return false;
    for (let b = 0; b < count; b++, at += pixels) out[b] = values[at]! * 1e-4;
    for (let k = 0; k < indices.length; k++) {
      const value = indexValue(indices[k]!, out);
      out[count + k] = Number.isNaN(value) ? 0 : value;
    }
    return true;
  };
}
