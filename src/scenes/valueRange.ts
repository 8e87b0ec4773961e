import { ManifestError } from "../errors.js";
import type { FolderImages } from "../manifest/manifest.js";
import type { Grid } from "../raster/grid.js";
import { keptLookup } from "../raster/gridLookup.js";
import { openRaster } from "../raster/readRaster.js";
import { readMask } from "./mask.js";
import type { Scene, SceneBand } from "./scene.js";

/** Values of a band that can be: what most pixels of a scene hold, 2nd to 98th percentile. */
interface PlausibleRange {
  readonly what: string;
  readonly lowest: number;
  readonly highest: number;
}

const reflectance: PlausibleRange = { what: "reflectance, 0 to 1", lowest: -0.2, highest: 2 };
const index: PlausibleRange = { what: "an index, -1 to 1", lowest: -2, highest: 2 };

/** With smaller values throughout, a band was scaled twice. */
const smallest = 0.002;

/**
 * Refuses bands of a folder whose values, with the scale and offset that the manifest states, cannot
 * be reflectance or an index: a scale that was forgotten makes every index wrong and no error.
 *
 * @param scene a scene that shows much of the area
 * @throws ManifestError that names band, file and the values found
 */
export async function checkValueRange(
  scene: Scene,
  images: FolderImages,
  grid: Grid,
  manifest: string,
): Promise<void> {
  const { valid } = await readMask(scene.mask!, grid);
  for (const [name, band] of Object.entries(scene.bands)) {
    const values = await validValues(band, valid, grid);
    if (values.length === 0) continue;
    const at = (share: number) => values[Math.floor(share * (values.length - 1))]!;
    const [low, high] = [at(0.02), at(0.98)];
    const expected = /^B\d/.test(name) ? reflectance : index;
    const tiny = Math.max(Math.abs(low), Math.abs(high)) < smallest;
    if (low >= expected.lowest && high <= expected.highest && !tiny) continue;
    const { scale, offset } = images.bands[name]!;
    const shown = (value: number) => Number(value.toPrecision(3));
    throw new ManifestError(
      manifest,
      `images.bands.${name}.scale`,
      `with scale ${scale} and offset ${offset} ${band.path} holds ${shown(low)} to ${shown(high)}, expected ${expected.what}${high > 100 ? "; digital numbers of Sentinel-2 need scale 0.0001" : ""}`,
    );
  }
}

/** Scaled values of a band where the mask is clear, in ascending order. */
async function validValues(
  { path, band, scale, offset, nodata }: SceneBand,
  valid: Uint8Array,
  grid: Grid,
): Promise<Float64Array> {
  const file = await openRaster(path);
  try {
    const lookup = keptLookup(file.grid, grid);
    if (!lookup) return new Float64Array();
    const stored = (await file.read({ bands: [band], window: lookup.window })).bands[0]!;
    const missing = nodata ?? file.nodata;
    const values = new Float64Array(valid.length);
    let count = 0;
    for (let i = 0; i < valid.length; i++) {
      const pixel = lookup.pixels[i]!;
      const value = pixel < 0 ? Number.NaN : stored[pixel]!;
      if (valid[i] && value !== missing && !Number.isNaN(value)) {
        values[count++] = value * scale + offset;
      }
    }
    return values.subarray(0, count).sort();
  } finally {
    file.close();
  }
}
