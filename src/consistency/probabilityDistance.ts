import { UsageError } from "../errors.js";
import {
  type ClassSeries,
  type ProbabilitySeries,
  seriesPixels,
  yearlyArgmax,
} from "./probabilitySeries.js";

/** Largest distance of two probability vectors. */
const LARGEST = Math.SQRT2;

/** Distance from which a change of class is believed. */
export const defaultDistance = 1.0;

/**
 * Accepts a change of class only where the probabilities moved far enough: the Euclidean distance
 * between those of the year and those of the last accepted year passes a threshold (CLC+ Backbone
 * 2023, ATBD; there a percentile per direction, here one value fixed beforehand).
 *
 * @param threshold 0-1.414; 0 gives the yearly classes
 * @throws UsageError when the threshold is out of range
 */
export function distanceClasses(
  series: ProbabilitySeries,
  threshold: number = defaultDistance,
): ClassSeries {
  if (!(threshold >= 0 && threshold <= LARGEST)) {
    throw new UsageError("threshold", `${threshold} is not in 0..${LARGEST.toFixed(3)}`);
  }
  const { percent, classes } = series;
  const pixels = seriesPixels(series);
  const yearly = yearlyArgmax(series);
  const out = yearly.map((year) => Uint8Array.from(year));
  for (let pixel = 0; pixel < pixels; pixel++) {
    let accepted = -1;
    for (let y = 0; y < yearly.length; y++) {
      const found = yearly[y]![pixel]!;
      if (found === 0) continue;
      const held = accepted < 0 ? found : out[accepted]![pixel]!;
      if (found !== held) {
        let squares = 0;
        for (let k = 0, at = pixel; k < classes; k++, at += pixels) {
          const move = (percent[y]![at]! - percent[accepted]![at]!) / 100;
          squares += move * move;
        }
        if (Math.sqrt(squares) < threshold) {
          out[y]![pixel] = held;
          continue;
        }
      }
      accepted = y;
    }
  }
  return out;
}
