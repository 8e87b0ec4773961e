import { GeoTIFF, type GeoTIFFImage } from "geotiff";
import { FileError, isPhenocoverError } from "../errors.js";
import { type ByteSource, directorySource } from "./byteSource.js";
import type { Grid } from "./grid.js";
import "./inflate.js";

/** Opens the full resolution image of a GeoTIFF. */
export async function openGeoTiff(bytes: ByteSource): Promise<GeoTIFFImage> {
  try {
    const file = await GeoTIFF.fromSource(directorySource(bytes) as never);
    return await file.getImage(0);
  } catch (cause) {
    if (isPhenocoverError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(bytes.name, `not a readable GeoTIFF: ${reason}`, { cause });
  }
}

/** Grid of an image, from its EPSG code and its scale or transformation. */
export async function imageGrid(path: string, image: GeoTIFFImage): Promise<Grid> {
  const keys = image.getGeoKeys();
  const epsg = keys?.ProjectedCSTypeGeoKey ?? keys?.GeographicTypeGeoKey;
  if (typeof epsg !== "number" || epsg === 32767) {
    throw new FileError(path, "no EPSG code in its GeoKeys, expected one");
  }
  const matrix = await image.fileDirectory.loadValue("ModelTransformation");
  if (matrix && (matrix[1] !== 0 || matrix[4] !== 0)) {
    throw new FileError(path, "a rotated image, expected north up");
  }
  const [x, y] = image.getOrigin();
  const [stepX, stepY] = image.getResolution();
  if (!(stepX! > 0 && stepY! < 0)) {
    throw new FileError(path, `pixel size ${stepX}, ${stepY}, expected north up`);
  }
  // A point raster names pixel centres, a grid outer corners.
  const shift = image.pixelIsArea() ? 0 : 0.5;
  return {
    epsg,
    originX: x! - shift * stepX!,
    originY: y! - shift * stepY!,
    pixelWidth: stepX!,
    pixelHeight: -stepY!,
    width: image.getWidth(),
    height: image.getHeight(),
  };
}

/** Band descriptions; bands without one are named by their number from 1. */
export async function imageBandNames(image: GeoTIFFImage): Promise<string[]> {
  const names: string[] = [];
  for (let band = 0; band < image.getSamplesPerPixel(); band++) {
    const description = (await image.getGDALMetadata(band))?.DESCRIPTION;
    names.push(typeof description === "string" && description ? description : String(band + 1));
  }
  return names;
}
