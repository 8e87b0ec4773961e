import type { Random } from "../random.js";
import type { Sun } from "./calendar.js";
import { season, variation } from "./constants.js";
import { fractalField } from "./fractal.js";
import { boxMean } from "./morphology.js";
import { sharedFloats, sharedIntegers } from "./shared.js";
import { bandCount, type Spectra } from "./spectra.js";
import type { Stands } from "./stands.js";
import { surfaceTypes } from "./surfaceTypes.js";
import type { Terrain } from "./terrain.js";

/** Which stands a pixel sees and with what weight: entries `start[p]` to `start[p + 1]`. */
export interface Mixture {
  readonly start: Uint32Array;
  readonly stand: Uint32Array;
  readonly weight: Float32Array;
}

/** Everything persistent about the pixels of one resolution; arrays lie in shared memory. */
export interface SurfaceLayer {
  readonly side: number;
  /** Indices of the bands delivered at this resolution. */
  readonly bands: readonly number[];
  /** Mixture in each of `place.years`. */
  readonly mixtures: readonly Mixture[];
  /** Share of snow on the ground seen from above, in each of `place.years`. */
  readonly open: readonly Float32Array[];
  /** Gain of the pixel against its stand, one array a band. */
  readonly texture: readonly Float32Array[];
  /** Height that counts for snow, metres: lower where the slope faces the sun. */
  readonly snowHeight: Float32Array;
  /** Components of the upward normal of the slope: up, east, north. */
  readonly up: Float32Array;
  readonly east: Float32Array;
  readonly north: Float32Array;
}

/** Weights of the 3 x 3 neighbours under the point spread function, rows first. */
function pointSpread(): number[] {
  const raw = [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].map((dx) => Math.exp(-(dx * dx + dy * dy) / (2 * variation.pointSpread ** 2))),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / sum);
}

/** Collects a pixel's entries: equal stands are added, small ones dropped, the rest scaled to 1. */
class MixtureBuilder {
  readonly #start: Uint32Array;
  readonly #stand: Uint32Array;
  readonly #weight: Float32Array;
  #pixels = 0;
  #entries = 0;
  readonly #ids: Uint32Array;
  readonly #shares: Float64Array;
  #held = 0;

  /** @param most entries that are added to a pixel at most */
  constructor(pixels: number, most: number) {
    // No more than 1 / smallestShare stands of a pixel are kept.
    const kept = Math.min(most, Math.floor(1 / variation.smallestShare));
    this.#start = sharedIntegers(pixels + 1);
    this.#stand = new Uint32Array(pixels * kept);
    this.#weight = new Float32Array(pixels * kept);
    this.#ids = new Uint32Array(most);
    this.#shares = new Float64Array(most);
  }

  add(stand: number, weight: number): void {
    for (let k = 0; k < this.#held; k++) {
      if (this.#ids[k] !== stand) continue;
      this.#shares[k]! += weight;
      return;
    }
    this.#ids[this.#held] = stand;
    this.#shares[this.#held++] = weight;
  }

  endPixel(): void {
    let kept = 0;
    for (let k = 0; k < this.#held; k++) {
      const weight = this.#shares[k]!;
      if (weight >= variation.smallestShare) kept += weight;
    }
    for (let k = 0; k < this.#held; k++) {
      const weight = this.#shares[k]!;
      if (weight < variation.smallestShare) continue;
      this.#stand[this.#entries] = this.#ids[k]!;
      this.#weight[this.#entries++] = weight / kept;
    }
    this.#start[++this.#pixels] = this.#entries;
    this.#held = 0;
  }

  finish(): Mixture {
    const stand = sharedIntegers(this.#entries);
    const weight = sharedFloats(this.#entries);
    stand.set(this.#stand.subarray(0, this.#entries));
    weight.set(this.#weight.subarray(0, this.#entries));
    return { start: this.#start, stand, weight };
  }
}

/** Mixture of 10 m pixels: a pixel sees its neighbours through the point spread function. */
export function mixPixels(standOfPixel: Uint32Array, side: number): Mixture {
  const kernel = pointSpread();
  const builder = new MixtureBuilder(side * side, 9);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let k = 0; k < 9; k++) {
        const y = Math.min(side - 1, Math.max(0, row + Math.floor(k / 3) - 1));
        const x = Math.min(side - 1, Math.max(0, column + (k % 3) - 1));
        builder.add(standOfPixel[y * side + x]!, kernel[k]!);
      }
      builder.endPixel();
    }
  }
  return builder.finish();
}

/** Mixture of pixels twice as wide. */
function coarsenMixture(fine: Mixture, side: number): Mixture {
  const builder = new MixtureBuilder((side / 2) ** 2, 36);
  for (let row = 0; row < side; row += 2) {
    for (let column = 0; column < side; column += 2) {
      for (let part = 0; part < 4; part++) {
        const pixel = (row + (part >> 1)) * side + column + (part & 1);
        for (let k = fine.start[pixel]!; k < fine.start[pixel + 1]!; k++) {
          builder.add(fine.stand[k]!, fine.weight[k]! / 4);
        }
      }
      builder.endPixel();
    }
  }
  return builder.finish();
}

/** Means of 2 x 2 pixels. */
export function coarsenField(field: Float32Array, side: number): Float32Array {
  const half = side / 2;
  const result = sharedFloats(half * half);
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++) {
      const p = 2 * row * side + 2 * column;
      result[row * half + column] =
        (field[p]! + field[p + 1]! + field[p + side]! + field[p + side + 1]!) / 4;
    }
  }
  return result;
}

/** The layers of the 10 m and the 20 m bands. */
export function buildLayers(
  random: Random,
  terrain: Terrain,
  stands: Stands,
): readonly [SurfaceLayer, SurfaceLayer] {
  const { side, elevation, slope, aspect, northness } = terrain;
  const count = side * side;
  const patches = fractalField(random.split("snow patches"), side, 2.4);
  const snowHeight = sharedFloats(count);
  const up = sharedFloats(count);
  const east = sharedFloats(count);
  const north = sharedFloats(count);
  for (let p = 0; p < count; p++) {
    snowHeight[p] =
      elevation[p]! + season.snowNorth * northness[p]! + season.snowPatch * patches[p]!;
    up[p] = 1 / Math.hypot(1, slope[p]!);
    east[p] = slope[p]! * up[p]! * Math.sin(aspect[p]!);
    north[p] = slope[p]! * up[p]! * Math.cos(aspect[p]!);
  }
  const texture = simulateTexture(random.split("texture"), side, stands);
  const mixtures = stands.ofPixel.map((year) => mixPixels(year, side));
  const layer = { side, bands: [0, 1, 2, 6], mixtures, snowHeight, up, east, north };
  const coarse = mixtures.map((mixture) => coarsenMixture(mixture, side));
  const coarseBands = [3, 4, 5, 7, 8, 9];
  return [
    {
      ...layer,
      open: mixtures.map((mixture) => openness(mixture, stands)),
      texture: layer.bands.map((b) => texture[b]!),
    },
    {
      side: side / 2,
      bands: coarseBands,
      mixtures: coarse,
      open: coarse.map((mixture) => openness(mixture, stands)),
      texture: coarseBands.map((b) => coarsenField(texture[b]!, side)),
      snowHeight: coarsenField(snowHeight, side),
      up: coarsenField(up, side),
      east: coarsenField(east, side),
      north: coarsenField(north, side),
    },
  ];
}

/** Gains of pixels against their stand: half common to all bands and a few pixels wide, half white. */
function simulateTexture(random: Random, side: number, stands: Stands): Float32Array[] {
  const count = side * side;
  const white = (name: string) => {
    const draw = random.split(name);
    const values = new Float32Array(count);
    for (let p = 0; p < count; p++) values[p] = draw.normal();
    return values;
  };
  const wide = boxMean(white("common"), side, 1).map((value) => value * 3);
  const half = Math.SQRT1_2;
  return variation.textureBand.map((factor, b) => {
    const gain = sharedFloats(count);
    const own = white(`band ${b}`);
    for (let p = 0; p < count; p++) {
      const { texture } = surfaceTypes[stands.type[stands.ofPixel[0]![p]!]!]!;
      gain[p] = Math.exp(texture * factor * half * (wide[p]! + own[p]!));
    }
    return gain;
  });
}

/** Visible share of snow on the ground for every pixel. */
function openness({ start, stand, weight }: Mixture, stands: Stands): Float32Array {
  const result = sharedFloats(start.length - 1);
  for (let p = 0; p < result.length; p++) {
    for (let k = start[p]!; k < start[p + 1]!; k++) {
      result[p]! += weight[k]! * surfaceTypes[stands.type[stand[k]!]!]!.open;
    }
  }
  return result;
}

/** What lies on the ground on one day at one resolution. */
export interface SurfaceView {
  /** Reflectance, one array a band of the layer. */
  readonly reflectance: readonly Float32Array[];
  /** Visible share of snow. */
  readonly snow: Float32Array;
}

/**
 * Reflectance of every pixel at the ground: stands mixed by their share, snow above the line,
 * slope against sun.
 *
 * @param year position in `place.years` of the land cover
 * @param stands spectra of the stands on the day, from `standSpectra`
 */
export function viewSurface(
  layer: SurfaceLayer,
  year: number,
  stands: Float32Array,
  spectra: Spectra,
  snowLine: number,
  sun: Sun,
): SurfaceView {
  const { start, stand, weight } = layer.mixtures[year]!;
  const open = layer.open[year]!;
  const count = layer.side * layer.side;
  const snow = new Float32Array(count);
  // Kept in double precision: bands are computed one after the other, with one rounding each.
  const white = new Float64Array(count);
  const light = new Float64Array(count);
  const direct = variation.illumination;
  const [darkest, brightest] = variation.illuminationRange;
  const sunUp = direct;
  const sunEast = (direct * sun.cosine * Math.sin(sun.azimuth)) / sun.sine;
  const sunNorth = (direct * sun.cosine * Math.cos(sun.azimuth)) / sun.sine;
  for (let p = 0; p < count; p++) {
    const height = (layer.snowHeight[p]! - snowLine) / (2 * season.snowWidth) + 0.5;
    const covered = height <= 0 ? 0 : height >= 1 ? 1 : height * height * (3 - 2 * height);
    white[p] = covered * open[p]!;
    snow[p] = white[p]!;
    const sunlit =
      1 - direct + sunUp * layer.up[p]! + sunEast * layer.east[p]! + sunNorth * layer.north[p]!;
    light[p] = Math.max(darkest, Math.min(brightest, sunlit));
  }
  const reflectance = layer.bands.map(() => new Float32Array(count));
  // Two bands at a time share the look-up of the pixel's stands; every layer has an even number.
  for (let i = 0; i < layer.bands.length; i += 2) {
    const first = layer.bands[i]!;
    const second = layer.bands[i + 1]!;
    const ofStand = new Float32Array((2 * stands.length) / bandCount);
    for (let s = 0, from = 0; from < stands.length; s += 2, from += bandCount) {
      ofStand[s] = stands[from + first]!;
      ofStand[s + 1] = stands[from + second]!;
    }
    const firstTexture = layer.texture[i]!;
    const secondTexture = layer.texture[i + 1]!;
    const firstSnow = spectra.snow[first]!;
    const secondSnow = spectra.snow[second]!;
    const firstValues = reflectance[i]!;
    const secondValues = reflectance[i + 1]!;
    let k = 0;
    for (let p = 0; p < count; p++) {
      let a = 0;
      let b = 0;
      const to = start[p + 1]!;
      for (; k < to; k++) {
        const share = weight[k]!;
        const at = 2 * stand[k]!;
        a += share * ofStand[at]!;
        b += share * ofStand[at + 1]!;
      }
      a *= firstTexture[p]!;
      b *= secondTexture[p]!;
      firstValues[p] = light[p]! * (a + white[p]! * (firstSnow - a));
      secondValues[p] = light[p]! * (b + white[p]! * (secondSnow - b));
    }
  }
  return { reflectance, snow };
}
