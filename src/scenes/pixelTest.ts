import { isPhenocoverError } from "../errors.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import type { AnyRasterArray } from "../raster/typedArray.js";
import { type OriginalDifference, type PixelStatistics, pixelsNeeded } from "./offsetEvidence.js";
import type { Scene } from "./scene.js";

/** Scene classes whose blue and red reflectance is mostly below 0.1. */
const darkClasses = [4, 6];

/** Digital numbers below 1000 under vegetation and water inside the area, in B02 and B04. */
export async function measureOffsetPixels(scene: Scene, grid: Grid): Promise<PixelStatistics> {
  const needed = pixelsNeeded(pixelCount(grid));
  const [blue, red, classes] = await Promise.all([
    readOnGrid(scene.bands.B02!.path, grid),
    readOnGrid(scene.bands.B04!.path, grid),
    readOnGrid(scene.mask!.path, grid),
  ]);
  let count = 0;
  let darkBlue = 0;
  let darkRed = 0;
  for (let i = 0; i < pixelCount(grid); i++) {
    if (!darkClasses.includes(classes[i]!) || blue[i] === 0 || red[i] === 0) continue;
    count++;
    if (blue[i]! < 1000) darkBlue++;
    if (red[i]! < 1000) darkRed++;
  }
  const share = (dark: number) => (count === 0 ? 0 : dark / count);
  return { count, needed, darkBlue: share(darkBlue), darkRed: share(darkRed) };
}

/** Original minus delivered digital numbers of B02 and B04 inside the area, where both have data. */
export async function compareOriginal(scene: Scene, grid: Grid): Promise<OriginalDifference> {
  const counts = { zero: 0, thousand: 0, other: 0 };
  try {
    for (const band of ["B02", "B04"]) {
      const original = scene.originals[band];
      if (!original) return { ...counts, problem: "the catalogue gives none" };
      const before = await readOnGrid(original, grid);
      const now = await readOnGrid(scene.bands[band]!.path, grid);
      for (let i = 0; i < pixelCount(grid); i++) {
        if (before[i] === 0 || now[i] === 0) continue;
        const difference = before[i]! - now[i]!;
        if (difference === 0) counts.zero++;
        else if (difference === 1000) counts.thousand++;
        else counts.other++;
      }
    }
    return { ...counts, problem: null };
  } catch (error) {
    if (!isPhenocoverError(error)) throw error;
    return { ...counts, problem: error.message };
  }
}

/** The first band of a file on a grid, 0 outside. */
async function readOnGrid(path: string, grid: Grid): Promise<AnyRasterArray> {
  const file = await openRaster(path);
  try {
    const lookup = keptLookup(file.grid, grid);
    const out = new Uint16Array(pixelCount(grid));
    if (!lookup) return out;
    const values = (await file.read({ bands: [1], window: lookup.window })).bands[0]!;
    lookup.pixels.forEach((pixel, i) => {
      if (pixel >= 0) out[i] = values[pixel]!;
    });
    return out;
  } finally {
    file.close();
  }
}
