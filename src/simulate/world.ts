import { UsageError } from "../errors.js";
import { createRandom } from "../random.js";
import { type Grid, gridFromBounds } from "../raster/grid.js";
import { type Acquisition, listAcquisitions } from "./acquisitions.js";
import { type ChangedCover, simulateChange } from "./change.js";
import { cover, place } from "./constants.js";
import { type LandCover, simulateLandCover } from "./landCover.js";
import { type Parcels, simulateParcels } from "./parcels.js";
import type { Spectra } from "./spectra.js";
import { type Stands, simulateStands } from "./stands.js";
import { buildLayers, type SurfaceLayer } from "./surface.js";
import { simulateTerrain, type Terrain } from "./terrain.js";
import { simulateWeather, type Weather } from "./weather.js";

/** What one needs to know of a region to see it on any date. */
export interface World {
  readonly seed: number;
  readonly side: number;
  readonly spectra: Spectra;
  readonly stands: Stands;
  /** Layers of the 10 m and of the 20 m bands. */
  readonly layers: readonly [SurfaceLayer, SurfaceLayer];
  readonly acquisitions: readonly Acquisition[];
  /** Weather of each acquisition. */
  readonly weather: readonly Weather[];
}

/** The region as it is: relief and land cover. */
export interface Ground {
  readonly terrain: Terrain;
  readonly land: LandCover;
  readonly change: ChangedCover;
}

/**
 * Grid of the simulated region: 10 m pixels in UTM zone 32, lower left corner fixed.
 *
 * @param size side in metres, a multiple of 100 from 1 000 to 20 000
 * @throws UsageError for another size
 */
export function simulatedGrid(size: number): Grid {
  if (!(size >= 1000 && size <= 20_000 && size % 100 === 0)) {
    throw new UsageError("images.size", `${size}, expected a multiple of 100 from 1000 to 20000`);
  }
  const { epsg, xmin, ymin } = place;
  return gridFromBounds(epsg, [xmin, ymin, xmin + size, ymin + size], 10);
}

/** Relief of a region. */
export function simulatedTerrain(seed: number, side: number): Terrain {
  return simulateTerrain(createRandom(seed).split("region").split("terrain"), side);
}

/** Relief, land cover of the first year and its change. */
export function simulateGround(seed: number, side: number): Ground {
  const random = createRandom(seed).split("region");
  const terrain = simulatedTerrain(seed, side);
  const land = simulateLandCover(random.split("land cover"), terrain);
  return { terrain, land, change: simulateChange(random.split("change"), terrain, land) };
}

/** Stands, layers, dates and weather over a ground. */
export function simulateWorld(seed: number, ground: Ground, spectra: Spectra): World {
  const random = createRandom(seed).split("world");
  const { terrain, land, change } = ground;
  const cells = standCells(land, terrain, seed);
  const stands = simulateStands(random.split("stands"), terrain, change.types, cells, spectra);
  const acquisitions = listAcquisitions(random.split("acquisitions"));
  return {
    seed,
    side: terrain.side,
    spectra,
    stands,
    layers: buildLayers(random.split("layers"), terrain, stands),
    acquisitions,
    weather: simulateWeather(random.split("weather"), acquisitions),
  };
}

/** Cells of stands: fields in farmland, irregular cells of one to two hectares elsewhere. */
function standCells({ parcels, farmland }: LandCover, { side }: Terrain, seed: number): Parcels {
  const wild = simulateParcels(createRandom(seed).split("stand cells"), side, cover.standPixels);
  return {
    ...wild,
    count: parcels.count + wild.count,
    cell: wild.cell.map((cell, p) => (farmland[p] ? parcels.cell[p]! : parcels.count + cell)),
  };
}
