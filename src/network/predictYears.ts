import { pixelCount } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { type ModelYears, type PredictOptions, predictRows } from "./predictRows.js";

/** The map of one network and year. */
export interface YearPrediction {
  readonly model: string;
  readonly year: number;
  /** Per cent, [class][pixel] with classes in legend order; 0 throughout where the cube has no data. */
  readonly probabilities: Uint8Array;
}

/**
 * Applies networks to whole years and yields their maps year by year, whole; see {@link predictRows},
 * which does not hold whole maps.
 *
 * @throws FileError when a network was trained on another scaling, other channels or classes
 */
export async function* predictYears(
  study: Study,
  models: readonly ModelYears[],
  options: PredictOptions,
): AsyncGenerator<YearPrediction> {
  const { width, height } = study.grid;
  const pixels = pixelCount(study.grid);
  const classes = study.legend.length;
  const maps = new Map<string, Uint8Array>();
  for await (const { year, row0, row1, probabilities } of predictRows(study, models, options)) {
    const count = (row1 - row0) * width;
    for (const [model, part] of probabilities) {
      const map = maps.get(model) ?? new Uint8Array(classes * pixels);
      maps.set(model, map);
      for (let k = 0; k < classes; k++) {
        map.set(part.subarray(k * count, (k + 1) * count), k * pixels + row0 * width);
      }
    }
    if (row1 < height) continue;
    for (const [model, map] of maps) yield { model, year, probabilities: map };
    maps.clear();
  }
}
