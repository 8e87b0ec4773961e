import { readYearMap } from "../maps/labelMap.js";
import { writeCog } from "../raster/writeCog.js";
import type { Study } from "../study/study.js";
import { changeCodes, flickerCounts, yearOfChange } from "./changeCodes.js";

/**
 * Writes what a model's maps say about change, into maps/<model>/: `change-codes.tif` (a band a pair
 * of years, 256 x class before + class after, 0 no change), `change-year.tif` (last year with a new
 * class, 0 none) and, from three years on, `flicker.tif` (times that a pixel is back in its class the
 * year after it left, 255 no data). With one year nothing is written and the answer is false.
 */
export async function writeChangeProducts(study: Study, model: string): Promise<boolean> {
  const { years, grid, folder } = study;
  if (years.length < 2) return false;
  const maps: Uint8Array[] = [];
  for (const year of years) maps.push(await readYearMap(study, model, year));
  const file = (name: string) => folder.map(model, `${name}.tif`);
  await writeCog(file("change-codes"), {
    grid,
    bands: maps.slice(1).map((map, n) => changeCodes(maps[n]!, map)),
    bandNames: years.slice(1).map((to, n) => `${years[n]}-${to}`),
    nodata: 0,
    overviews: "nearest",
  });
  await writeCog(file("change-year"), {
    grid,
    bands: [yearOfChange(maps, years)],
    bandNames: ["year"],
    nodata: 0,
    overviews: "nearest",
  });
  if (years.length > 2) {
    await writeCog(file("flicker"), {
      grid,
      bands: [flickerCounts(maps)],
      bandNames: ["flicker"],
      nodata: 255,
      overviews: "nearest",
    });
  }
  return true;
}
