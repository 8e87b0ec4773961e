import { writeCog } from "../raster/writeCog.js";
import type { Study } from "../study/study.js";
import { mappedYears, readYearMap } from "./labelMap.js";
import { changePalette, NO_CHANGE_COUNT } from "./palettes.js";

/** Number of class changes from year to year at every pixel; 255 where a year has no data. */
export function changeCounts(maps: readonly Uint8Array[]): Uint8Array {
  const pixels = maps[0]?.length ?? 0;
  const counts = new Uint8Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let changes = 0;
    let previous = maps[0]![pixel]!;
    for (const map of maps) {
      const id = map[pixel]!;
      if (id === 0) {
        changes = NO_CHANGE_COUNT;
        break;
      }
      if (id !== previous) changes++;
      previous = id;
    }
    counts[pixel] = changes;
  }
  return counts;
}

/**
 * Writes maps/<model>/changes.tif from the model's maps of the study's years and returns the
 * counts; with fewer than two years there is nothing to write and the answer is null.
 */
export async function writeChangeMap(study: Study, model: string): Promise<Uint8Array | null> {
  const mapped = new Set(mappedYears(study, model));
  const years = study.years.filter((year) => mapped.has(year));
  if (years.length < 2) return null;
  const maps = [];
  for (const year of years) maps.push(await readYearMap(study, model, year));
  const counts = changeCounts(maps);
  await writeCog(study.folder.map(model, "changes.tif"), {
    grid: study.grid,
    bands: [counts],
    nodata: NO_CHANGE_COUNT,
    palette: changePalette(years.length - 1),
    bandNames: ["changes"],
    overviews: "mode",
  });
  return counts;
}
