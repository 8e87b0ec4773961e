import type { Random } from "../random.js";
import { dayOfYear, yearIndex } from "./calendar.js";
import { place, season, variation } from "./constants.js";
import { fractalField } from "./fractal.js";
import type { Parcels } from "./parcels.js";
import { sharedBytes, sharedFloats } from "./shared.js";
import { bandCount, cutNormal, daysPerYear, type Spectra } from "./spectra.js";
import { surfaceTypes } from "./surfaceTypes.js";
import type { Terrain } from "./terrain.js";
import { springShare, type Weather } from "./weather.js";

/**
 * Stands and fields: pieces of one surface type inside one cell, which share a spectrum. Arrays run
 * over stands and lie in shared memory.
 */
export interface Stands {
  readonly count: number;
  readonly type: Uint8Array;
  /** Mean height, metres. */
  readonly elevation: Float32Array;
  /** Share of the largest drought effect that the soil lets through, 0-1. */
  readonly dryness: Float32Array;
  /** Days by which the season of the stand is late. */
  readonly phase: Float32Array;
  /** Extra share of the seasonal swing. */
  readonly amplitude: Float32Array;
  /** Constant offset of ln reflectance [stand][band]. */
  readonly offset: Float32Array;
  /** Days by which the meadow is cut late, [year][stand]. */
  readonly cutShift: Float32Array;
  /** Stand of every pixel in each of `place.years`. */
  readonly ofPixel: readonly Uint32Array[];
}

/** Groups pixels of equal cell and type into stands and draws what sets each stand apart. */
export function simulateStands(
  random: Random,
  terrain: Terrain,
  types: readonly Uint8Array[],
  cells: Parcels,
  spectra: Spectra,
): Stands {
  const { side, elevation, northness } = terrain;
  const known = new Map<number, number>();
  const sums: { height: number; x: number; y: number; north: number; pixels: number }[] = [];
  const standType: number[] = [];
  const findStand = (key: number, kind: number) => {
    let found = known.get(key);
    if (found === undefined) {
      found = sums.length;
      known.set(key, found);
      sums.push({ height: 0, x: 0, y: 0, north: 0, pixels: 0 });
      standType.push(kind);
    }
    return found;
  };
  let stand = 0;
  let lastKey = -1;
  const ofPixel = types.map((year) => {
    const standOf = new Uint32Array(year.length);
    for (let pixel = 0; pixel < year.length; pixel++) {
      const kind = year[pixel]!;
      // A lake or a river is one body of water.
      const cell = surfaceTypes[kind]!.className === "Water" ? 0 : cells.cell[pixel]!;
      const key = cell * surfaceTypes.length + kind;
      // Neighbours mostly belong together.
      if (key !== lastKey) stand = findStand(key, kind);
      lastKey = key;
      standOf[pixel] = stand;
      const sum = sums[stand]!;
      sum.height += elevation[pixel]!;
      sum.north += northness[pixel]!;
      sum.x += pixel % side;
      sum.y += Math.floor(pixel / side);
      sum.pixels++;
    }
    return standOf;
  });
  const count = sums.length;
  const fields = [0, 1, 2, 3].map((k) => fractalField(random.split(`soil ${k}`), side, 2.2));
  const stands = {
    count,
    type: sharedBytes(count),
    elevation: sharedFloats(count),
    dryness: sharedFloats(count),
    phase: sharedFloats(count),
    amplitude: sharedFloats(count),
    offset: sharedFloats(count * bandCount),
    cutShift: sharedFloats(count * place.years.length),
    ofPixel,
  };
  const smooth = Math.sqrt(variation.smoothShare);
  const own = Math.sqrt(1 - variation.smoothShare);
  const draw = random.split("stands");
  const normal = () => cutNormal(draw.normal);
  for (let stand = 0; stand < count; stand++) {
    const { height, x, y, north, pixels } = sums[stand]!;
    const centre = Math.floor(y / pixels) * side + Math.floor(x / pixels);
    const spread = spectra.spreads[standType[stand]!]!;
    stands.type[stand] = standType[stand]!;
    stands.elevation[stand] = height / pixels;
    const soil = 0.5 + 0.3 * fields[3]![centre]! - 0.15 * (north / pixels);
    stands.dryness[stand] = Math.max(0, Math.min(1, soil));
    stands.phase[stand] = spread.phase * normal();
    stands.amplitude[stand] = spread.amplitude * normal();
    const z = spread.components.map((_, k) => smooth * fields[k]![centre]! + own * normal());
    for (let b = 0; b < bandCount; b++) {
      stands.offset[stand * bandCount + b] = spread.components.reduce(
        (sum, component, k) => sum + z[k]! * component[b]!,
        spread.rest[b]! * normal(),
      );
    }
    for (let year = 0; year < place.years.length; year++) {
      stands.cutShift[year * count + stand] = season.cutSpread * normal();
    }
  }
  return stands;
}

/**
 * Snow-free reflectance of every stand on a day [stand][band]: ln curve(t - delay) + amplitude x
 * (ln curve - its yearly mean) + offset (README of the spectra), then drought, mowing, wet soil and
 * the stand's own noise of the date.
 */
export function standSpectra(
  random: Random,
  stands: Stands,
  spectra: Spectra,
  day: number,
  weather: Weather,
): Float32Array {
  const today = dayOfYear(day);
  const perHeight = (season.delayPer100m / 100) * springShare(today, season.autumnShare);
  const cutBase = yearIndex(day) * stands.count;
  const result = new Float32Array(stands.count * bandCount);
  for (let stand = 0; stand < stands.count; stand++) {
    const type = stands.type[stand]!;
    const { height, drought, soil, mown } = surfaceTypes[type]!;
    const climb = (stands.elevation[stand]! - height) * perHeight;
    const delay = weather.late + stands.phase[stand]! + climb;
    const curveDay = (((today - delay) % daysPerYear) + daysPerYear) % daysPerYear;
    const base = (type * daysPerYear + (Math.round(curveDay) % daysPerYear)) * bandCount;
    const noise = variation.standDate * random.normal();
    let bare = weather.drought * drought * stands.dryness[stand]!;
    if (mown) {
      const late = stands.cutShift[cutBase + stand]! + weather.late + climb;
      bare += stubble(today - late) * (1 - bare);
    }
    for (let b = 0; b < bandCount; b++) {
      const curve = spectra.curves[base + b]!;
      const swing = stands.amplitude[stand]! * (curve - spectra.means[type * bandCount + b]!);
      const offset = stands.offset[stand * bandCount + b]!;
      let value = Math.exp(curve + swing + offset + noise);
      value += bare * (spectra.dry[b]! - value);
      value *= 1 - soil * weather.wetness * season.wetness[b < 8 ? 0 : 1];
      result[stand * bandCount + b] = value;
    }
  }
  return result;
}

/** Share of green that the last cut has taken. */
function stubble(day: number): number {
  const cut = season.cuts.filter((at) => at <= day).at(-1);
  return cut === undefined ? 0 : season.cutDepth * Math.exp((cut - day) / season.cutRecovery);
}
