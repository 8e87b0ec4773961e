import { DataError } from "../errors.js";
import { type ProbabilitySeries, probabilitySeries } from "./probabilitySeries.js";

/**
 * Mean of the probabilities of several networks, rounded to whole per cent. A pixel and year counts
 * only the networks that have data there.
 *
 * @throws DataError when the networks do not cover the same years, classes and pixels
 */
export function meanProbabilities(members: readonly ProbabilitySeries[]): ProbabilitySeries {
  const [first] = members;
  if (first === undefined) throw new DataError("networks", "none to average");
  const shape = (one: ProbabilitySeries) =>
    JSON.stringify([one.years, one.classes, one.width, one.height]);
  for (const member of members) {
    if (shape(member) !== shape(first)) {
      throw new DataError("networks", `${shape(member)} beside ${shape(first)}`);
    }
  }
  const { classes, width, height, years } = first;
  const pixels = width * height;
  const percent = years.map((_, y) => {
    const sums = new Uint16Array(classes * pixels);
    const known = new Uint8Array(pixels);
    for (const member of members) {
      const values = member.percent[y]!;
      const present = new Uint8Array(pixels);
      for (let k = 0, at = 0; k < classes; k++) {
        for (let pixel = 0; pixel < pixels; pixel++, at++) {
          sums[at]! += values[at]!;
          if (values[at] !== 0) present[pixel] = 1;
        }
      }
      for (let pixel = 0; pixel < pixels; pixel++) known[pixel]! += present[pixel]!;
    }
    const out = new Uint8Array(classes * pixels);
    for (let k = 0, at = 0; k < classes; k++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) {
        if (known[pixel] !== 0) out[at] = Math.round(sums[at]! / known[pixel]!);
      }
    }
    return out;
  });
  return probabilitySeries({ ...first, percent });
}
