import { ManifestError } from "../errors.js";
import { crsTransform } from "../raster/crs.js";
import type { Grid } from "../raster/grid.js";
import { readRaster } from "../raster/readRaster.js";
import { nearestPixels } from "../raster/warp.js";
import type { Study } from "../study/study.js";

/** Relief on the study's grid, NaN where it is not known. */
export interface Relief {
  /** Metres above the sea. */
  readonly elevation: Float32Array;
  /** Degrees, 0-90. */
  readonly slope: Float32Array;
}

/**
 * Slope in degrees by differences over the eight neighbours (Horn 1981); NaN at the edge and beside
 * pixels without elevation.
 *
 * @param width pixels of a row
 * @param size width and height of a pixel, metres
 */
export function slopeDegrees(
  elevation: ArrayLike<number>,
  width: number,
  size: readonly [number, number],
): Float32Array {
  const out = new Float32Array(elevation.length).fill(Number.NaN);
  const height = elevation.length / width;
  for (let row = 1; row + 1 < height; row++) {
    for (let column = 1; column + 1 < width; column++) {
      const pixel = row * width + column;
      const z = (down: number, right: number) => elevation[pixel + down * width + right]!;
      const east = z(-1, 1) + 2 * z(0, 1) + z(1, 1) - z(-1, -1) - 2 * z(0, -1) - z(1, -1);
      const south = z(1, -1) + 2 * z(1, 0) + z(1, 1) - z(-1, -1) - 2 * z(-1, 0) - z(-1, 1);
      const rise = Math.hypot(east / (8 * size[0]), south / (8 * size[1]));
      out[pixel] = (Math.atan(rise) * 180) / Math.PI;
    }
  }
  return out;
}

/**
 * Relief of the study's area from the manifest's `terrain`, or the relief of a simulated region; null
 * where there is neither.
 *
 * @throws ManifestError when the raster does not cover the area
 */
export async function readRelief(study: Study): Promise<Relief | null> {
  const { manifest, grid } = study;
  if (manifest.terrain === undefined) return simulatedRelief(study);
  const raster = await readRaster(manifest.terrain, { bands: [1] });
  const source = raster.grid;
  const elevation = Float32Array.from(raster.bands[0]!, (value) =>
    value === raster.nodata ? Number.NaN : value,
  );
  const slope = slopeDegrees(elevation, source.width, pixelMetres(source, grid));
  const from = nearestPixels(source, grid);
  const onStudy = (values: Float32Array) =>
    Float32Array.from(from, (pixel) => (pixel < 0 ? Number.NaN : values[pixel]!));
  const relief = { elevation: onStudy(elevation), slope: onStudy(slope) };
  if (relief.slope.every(Number.isNaN)) {
    const problem = `${manifest.terrain} holds no elevation inside the area`;
    throw new ManifestError(manifest.file, "terrain", problem);
  }
  return relief;
}

/** Size of a raster's pixels in the middle of the area, metres; the raster may count in degrees. */
function pixelMetres(source: Grid, area: Grid): [width: number, height: number] {
  const toArea = crsTransform(source.epsg, area.epsg);
  const [x, y] = crsTransform(area.epsg, source.epsg)(
    area.originX + (area.width * area.pixelWidth) / 2,
    area.originY - (area.height * area.pixelHeight) / 2,
  );
  const middle = toArea(x, y);
  const apart = (dx: number, dy: number) => {
    const [u, v] = toArea(x + dx, y + dy);
    return Math.hypot(u - middle[0], v - middle[1]);
  };
  return [apart(source.pixelWidth, 0), apart(0, source.pixelHeight)];
}

async function simulatedRelief({ manifest, grid }: Study): Promise<Relief | null> {
  const { images } = manifest;
  if (images.kind !== "simulated") return null;
  // Loaded when asked for, so that a study of real images never touches the simulator.
  const { simulatedGrid, simulatedTerrain } = await import("../simulate/world.js");
  const source = simulatedGrid(images.size);
  const { elevation, slope } = simulatedTerrain(images.seed, source.width);
  const from = nearestPixels(source, grid);
  return {
    elevation: Float32Array.from(from, (pixel) => elevation[pixel] ?? Number.NaN),
    slope: Float32Array.from(from, (pixel) => (Math.atan(slope[pixel]!) * 180) / Math.PI),
  };
}
