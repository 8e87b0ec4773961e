import { type CogDescription, openCog } from "./openCog.js";
import type { RasterArray } from "./typedArray.js";

/** A raster to be written as a cloud-optimized GeoTIFF. */
export interface CogImage extends CogDescription {
  /** One array a band, all of one sample type, row-major. */
  readonly bands: readonly RasterArray[];
}

/**
 * Writes a raster in memory as a cloud-optimized GeoTIFF, atomically; see {@link openCog}.
 *
 * @throws FileError when the bands do not fit the grid or each other, or the file passes 4 GiB
 */
export async function writeCog(path: string, { bands, ...description }: CogImage): Promise<void> {
  const cog = openCog(path, description);
  try {
    await cog.append(bands);
    await cog.finish();
  } finally {
    await cog.discard();
  }
}
