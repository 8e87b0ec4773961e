import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import type { TaskContext } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import type { Grid } from "../raster/grid.js";
import { writeCog } from "../raster/writeCog.js";
import { type Acquisition, swathColumn } from "./acquisitions.js";
import { addAir, type Sky, simulateSky } from "./atmosphere.js";
import { coverIndex } from "./calendar.js";
import { assets, catalogueItem } from "./catalogue.js";
import { variation } from "./constants.js";
import { classifyScene } from "./sceneClasses.js";
import { sharedFloats } from "./shared.js";
import { standSpectra } from "./stands.js";
import { coarsenField, type SurfaceView, viewSurface } from "./surface.js";
import { classOfType } from "./surfaceTypes.js";
import type { World } from "./world.js";

/** Digital numbers and scene classes of one acquisition. */
export interface Scene {
  /** Digital numbers by asset name, 0 outside the swath. */
  readonly bands: ReadonlyMap<string, Uint16Array>;
  /** Scene classes on the 20 m grid, 0 outside the swath. */
  readonly classes: Uint8Array;
}

/** What every worker gets once. */
export interface SceneContext {
  readonly world: World;
  readonly folder: string;
  readonly grid: Grid;
  /** Standard normal deviates, a power of two of them, in shared memory. */
  readonly noise: Float32Array;
}

/** A table of normal deviates that all scenes draw pixel noise from, at their own start and stride. */
export function noiseTable(seed: number): Float32Array {
  const draw = createRandom(seed).split("pixel noise");
  const table = sharedFloats(1 << 18);
  for (let i = 0; i < table.length; i++) table[i] = draw.normal();
  return table;
}

/** The ground without air and clouds on the date of an acquisition: views of the 10 m and the 20 m bands. */
export function viewGround(world: World, index: number): readonly [SurfaceView, SurfaceView] {
  const { spectra, stands, layers } = world;
  const { day, sun, id } = world.acquisitions[index]!;
  const weather = world.weather[index]!;
  const random = createRandom(world.seed).split(`ground ${id}`);
  const ground = standSpectra(random, stands, spectra, day, weather);
  const view = (layer: (typeof layers)[number]) =>
    viewSurface(layer, coverIndex(day), ground, spectra, weather.snowLine, sun);
  return [view(layers[0]), view(layers[1])];
}

/** Simulates what is delivered for one acquisition. @param index position in `world.acquisitions` */
export function simulateScene(world: World, index: number, noise: Float32Array): Scene {
  const acquisition = world.acquisitions[index]!;
  const { side, layers } = world;
  const random = createRandom(world.seed).split(`scene ${acquisition.id}`);
  const orbitSign = acquisition.orbit === 22 ? 1 : -1;
  const sky = simulateSky(random.split("sky"), side, acquisition.sun, orbitSign);
  const skies = [sky, coarsenSky(sky, side)] as const;
  const views = viewGround(world, index);
  const bands = new Map<string, Uint16Array>();
  for (const { name, band, layer } of assets) {
    const values = views[layer].reflectance[layers[layer].bands.indexOf(band)]!;
    addAir(values, band, skies[layer]);
    bands.set(name, encode(random.split(name), values, noise, acquisition.shift));
  }
  const measured = (band: number) =>
    coarsenField(views[0].reflectance[layers[0].bands.indexOf(band)]!, side);
  const classes = classifyScene(random.split("classes"), {
    sky: skies[1],
    snow: views[1].snow,
    red: measured(2),
    nir: measured(6),
    ground: groundClasses(world, acquisition),
  });
  cutSwath(acquisition, side, bands, classes);
  return { bands, classes };
}

/** Digital numbers with the pixel noise of the date; the smallest valid number is 1. */
function encode(
  random: ReturnType<typeof createRandom>,
  values: Float32Array,
  noise: Float32Array,
  shift: number,
): Uint16Array {
  const [relative, absolute] = variation.pixelDate;
  const mask = noise.length - 1;
  const stride = 2 * random.integer(noise.length / 2) + 1;
  let at = random.integer(noise.length);
  const numbers = new Uint16Array(values.length);
  for (let p = 0; p < values.length; p++) {
    at = (at + stride) & mask;
    const clean = values[p]!;
    const value = clean + noise[at]! * (relative * clean + absolute);
    // Rounds as Math.round does, in half its time.
    const number = Math.floor(value * 10_000 + 0.5) + shift;
    numbers[p] = number < 1 ? 1 : number > 65_535 ? 65_535 : number;
  }
  return numbers;
}

function coarsenSky(sky: Sky, side: number): Sky {
  return {
    ...sky,
    cloud: coarsenField(sky.cloud, side),
    haze: coarsenField(sky.haze, side),
    shadow: coarsenField(sky.shadow, side),
    error: coarsenField(sky.error, side),
  };
}

/** Class of the largest part of every 20 m pixel on the date. */
function groundClasses({ layers, stands }: World, { day }: Acquisition): Uint8Array {
  const { start, stand, weight } = layers[1].mixtures[coverIndex(day)]!;
  const result = new Uint8Array(start.length - 1);
  for (let p = 0; p < result.length; p++) {
    let largest = 0;
    for (let k = start[p]!; k < start[p + 1]!; k++) {
      if (weight[k]! <= largest) continue;
      largest = weight[k]!;
      result[p] = classOfType[stands.type[stand[k]!]!]!;
    }
  }
  return result;
}

/** Sets what lies beyond the end of the swath to 0; the track leans as descending orbits do. */
function cutSwath(
  { swathEnd }: Acquisition,
  side: number,
  bands: ReadonlyMap<string, Uint16Array>,
  classes: Uint8Array,
): void {
  if (swathEnd === null) return;
  const blank = (values: Uint16Array | Uint8Array) => {
    const width = values.length === side * side ? side : side / 2;
    for (let row = 0; row < width; row++) {
      const end = Math.max(0, Math.round(swathColumn(swathEnd, row / width) * width));
      values.fill(0, row * width + Math.min(width, end), (row + 1) * width);
    }
  };
  for (const values of bands.values()) blank(values);
  blank(classes);
}

/** Writes one acquisition: images first, the catalogue item last, so that an item means a complete scene. */
export async function writeScene(
  index: number,
  { context }: TaskContext<SceneContext>,
): Promise<void> {
  const { world, folder, grid, noise } = context;
  const acquisition = world.acquisitions[index]!;
  const scene = simulateScene(world, index, noise);
  const coarse = {
    ...grid,
    pixelWidth: 20,
    pixelHeight: 20,
    width: grid.width / 2,
    height: grid.height / 2,
  };
  const path = (asset: string) => join(folder, "scenes", acquisition.id, `${asset}.tif`);
  const images = [
    ...assets.map(({ name, layer }) => ({
      name: name as string,
      grid: layer === 0 ? grid : coarse,
      values: scene.bands.get(name)!,
    })),
    { name: "scl", grid: coarse, values: scene.classes },
  ];
  // Together, so that packing and flushing one image does not keep the others waiting.
  await Promise.all(
    images.map((image) =>
      writeCog(path(image.name), {
        grid: image.grid,
        bands: [image.values],
        nodata: 0,
        overviews: "none",
        packing: "fast",
      }),
    ),
  );
  const item = catalogueItem(acquisition, grid, scene.classes);
  await writeFileAtomic(
    join(folder, "items", `${acquisition.id}.json`),
    `${JSON.stringify(item, null, 1)}\n`,
  );
}
