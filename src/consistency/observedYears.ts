import { type ClassSeries, type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";

/**
 * Takes the class of every pixel and year without an observation away: a model knows what it most
 * likely is, but nothing was seen there.
 */
export function observedYears(classes: ClassSeries, series: ProbabilitySeries): ClassSeries {
  const pixels = seriesPixels(series);
  return classes.map((map, y) => {
    const percent = series.percent[y]!;
    const seen = new Uint8Array(pixels);
    for (let k = 0, at = 0; k < series.classes; k++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) seen[pixel]! |= percent[at]!;
    }
    return map.map((k, pixel) => (seen[pixel] === 0 ? 0 : k));
  });
}
