import { DataError } from "../errors.js";

/**
 * Class probabilities of a rectangle of pixels over the years of a study, as maps hold them: what
 * every consistency method reads.
 */
export interface ProbabilitySeries {
  /** Mapping years, ascending. */
  readonly years: readonly number[];
  readonly classes: number;
  readonly width: number;
  readonly height: number;
  /** For every year per cent [class][pixel], 0-100; 0 throughout where a pixel has no data. */
  readonly percent: readonly Uint8Array[];
}

/**
 * Classes of every year: for each year the class [pixel] counted from 1 in legend order, 0 where
 * there is none.
 */
export type ClassSeries = readonly Uint8Array[];

/**
 * Puts probabilities of several years together.
 *
 * @throws DataError when years are not ascending or an array does not fit the rectangle
 */
export function probabilitySeries(series: ProbabilitySeries): ProbabilitySeries {
  const { years, classes, width, height, percent } = series;
  years.forEach((year, n) => {
    if (n > 0 && year <= years[n - 1]!) {
      throw new DataError("years", `${year} follows ${years[n - 1]}, expected ascending years`);
    }
    const length = classes * width * height;
    if (percent[n]?.length !== length) {
      const found = percent[n]?.length ?? "no";
      throw new DataError(`probabilities of ${year}`, `${found} values, expected ${length}`);
    }
  });
  return series;
}

/** Some rows of a rectangle, counted from its top. */
export function seriesRows(
  series: ProbabilitySeries,
  top: number,
  bottom: number,
): ProbabilitySeries {
  const { classes, width, height } = series;
  if (top === 0 && bottom === height) return series;
  const [pixels, kept] = [width * height, width * (bottom - top)];
  const percent = series.percent.map((values) => {
    const out = new Uint8Array(classes * kept);
    for (let k = 0; k < classes; k++) {
      const from = k * pixels + top * width;
      out.set(values.subarray(from, from + kept), k * kept);
    }
    return out;
  });
  return { ...series, height: bottom - top, percent };
}

/** Pixels of the rectangle. */
export function seriesPixels({ width, height }: ProbabilitySeries): number {
  return width * height;
}

/** The most probable class of every year by itself; among equals the first of the legend. */
export function yearlyArgmax(series: ProbabilitySeries): ClassSeries {
  const pixels = seriesPixels(series);
  return series.percent.map((percent) => {
    const out = new Uint8Array(pixels);
    const best = new Uint8Array(pixels);
    for (let k = 0, at = 0; k < series.classes; k++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) {
        const p = percent[at]!;
        if (p > best[pixel]!) {
          best[pixel] = p;
          out[pixel] = k + 1;
        }
      }
    }
    return out;
  });
}
