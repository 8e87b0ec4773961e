import type { Random } from "../random.js";
import { dilate } from "../raster/dilate.js";
import { cover, place } from "./constants.js";
import { fractalField } from "./fractal.js";
import { channel, type LandCover } from "./landCover.js";
import { components, open, smooth } from "./morphology.js";
import { classesOf, classOfType, surface, surfaceTypes } from "./surfaceTypes.js";
import type { Terrain } from "./terrain.js";

/** What makes land change, by the code used in change maps (0 is no change). */
export const changeKinds = Object.freeze([
  "none",
  "storm",
  "salvage",
  "regrowth",
  "building",
  "quarry",
  "rotation",
  "river",
] as const);

/** A connected piece of land that changed its class in one way between two years. */
export interface ChangePatch {
  readonly id: number;
  readonly kind: string;
  /** First year that shows the new class. */
  readonly year: number;
  /** Class ids before and after. */
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
  /** Middle of the patch: column and row. */
  readonly column: number;
  readonly row: number;
}

/** Land cover of all years and what changed. */
export interface ChangedCover {
  /** Surface types of each of `place.years`. */
  readonly types: readonly Uint8Array[];
  /** 1 where the storm of October 2018 felled trees. */
  readonly storm: Uint8Array;
  readonly patches: readonly ChangePatch[];
}

type Kind = (typeof changeKinds)[number];

const isClass = (types: Uint8Array, pixel: number, name: string) =>
  surfaceTypes[types[pixel]!]!.className === name;

/** Felled conifers: the most exposed ones, in patches, on the wanted share of the area. */
function fellTrees(
  random: Random,
  { side, slope, aspect }: Terrain,
  types: Uint8Array,
): Uint8Array {
  const share =
    cover.storm[0] + (cover.storm[1] - cover.storm[0]) * random.split("share").uniform();
  const gusts = fractalField(random.split("gusts"), side, 2.6);
  const ridges = fractalField(random.split("lee"), side, 3);
  // The storm blew from the south-east.
  const exposure = smooth(
    gusts.map(
      (gust, p) =>
        gust + 0.5 * Math.cos(aspect[p]! - 2.36) * Math.min(slope[p]!, 1) + 0.3 * ridges[p]!,
    ),
    side,
    1,
  );
  const conifers = Uint8Array.from(types, (_, p) => (isClass(types, p, "Conifers") ? 1 : 0));
  const ranked = Float32Array.from(exposure.filter((_, p) => conifers[p])).sort();
  const wanted = Math.round(share * types.length);
  let felled: Uint8Array = new Uint8Array(types.length);
  // Opening removes single trees, so the threshold is lowered until enough is left.
  for (let taken = wanted; taken < Math.min(ranked.length, 2 * wanted); taken += wanted / 25) {
    const threshold = ranked[ranked.length - Math.round(taken)]!;
    felled = open(
      conifers.map((conifer, p) => (conifer && exposure[p]! > threshold ? 1 : 0)),
      side,
      1,
    );
    if (felled.reduce((sum, f) => sum + f, 0) >= wanted) break;
  }
  return felled;
}

/**
 * Carries the land through the years: the storm of 28 October 2018, salvage and regrowth, new
 * buildings, a growing quarry, crops and grass in turn, and a river that moves its channel.
 */
export function simulateChange(random: Random, terrain: Terrain, land: LandCover): ChangedCover {
  const { side, scale, across } = terrain;
  const storm = fellTrees(random.split("storm"), terrain, land.types);
  const recovery = fractalField(random.split("recovery"), side, 2.4);
  const logging = fractalField(random.split("logging"), side, 2.4);
  const nearStorm = dilate(storm, side, side, 3);
  const types = [land.types];
  const patches: ChangePatch[] = [];
  const swapped = new Uint8Array(land.parcels.count);
  for (let step = 1; step < place.years.length; step++) {
    const before = types[step - 1]!;
    const next = Uint8Array.from(before);
    const kinds = new Uint8Array(before.length);
    const year = place.years[step]!;
    const yearly = random.split(year);
    const builtAt = draw(yearly.split("building"), land.parcels.count);
    const swapAt = draw(yearly.split("rotation"), land.parcels.count);
    const swapBack = Uint8Array.from(swapped, (s, k) => (s && swapAt[k]! < 0.5 ? 1 : 0));
    const town = dilate(
      Uint8Array.from(before, (_, p) => (isClass(before, p, "Artificial") ? 1 : 0)),
      side,
      side,
      Math.max(2, Math.round(6 * scale)),
    );
    const set = (pixel: number, name: string, kind: Kind) => {
      next[pixel] = surface(name);
      if (classOfType[next[pixel]!] !== classOfType[before[pixel]!]) {
        kinds[pixel] = changeKinds.indexOf(kind);
      }
    };
    for (let p = 0; p < before.length; p++) {
      const parcel = land.parcels.cell[p]!;
      const crop = isClass(before, p, "Crops");
      const grass = before[p] === surface("valley meadow");
      if (storm[p] && step === 1) {
        set(p, recovery[p]! > -0.2 ? "windthrow with shrubs" : "windthrow with grass", "storm");
      } else if (storm[p] && recovery[p]! > -0.5 && recovery[p]! < -0.2) {
        set(p, "regrowth", "regrowth");
      } else if (
        step === 2 &&
        nearStorm[p] &&
        logging[p]! > 0.3 &&
        isClass(before, p, "Conifers")
      ) {
        set(p, "cleared", "salvage");
      } else if (land.quarry[p]! < 1 + 0.13 * step && !isClass(before, p, "Water")) {
        if (!isClass(before, p, "Mineral")) set(p, "quarry", "quarry");
      } else if (land.farmland[p] && (crop || grass)) {
        if (town[p] && builtAt[parcel]! < 0.1) set(p, "houses", "building");
        else if (swapBack[parcel] || (!swapped[parcel] && swapAt[parcel]! < 0.05)) {
          const sown = land.rotation[step]![parcel]!;
          set(p, crop ? "valley meadow" : surfaceTypes[sown]!.name, "rotation");
        } else if (crop) next[p] = land.rotation[step]![parcel]!;
      } else if (land.bed[p]) {
        const shift = 2.4 * step * Math.sin((p % side) / scale / 11);
        const wet = Math.abs(across[p]! - channel(p % side, scale) - shift) < 2.2;
        if (wet && !isClass(before, p, "Water")) set(p, "river", "river");
        if (!wet && isClass(before, p, "Water")) set(p, "wet gravel", "river");
      }
    }
    for (let k = 0; k < swapped.length; k++) {
      if (swapBack[k]) swapped[k] = 0;
      else if (swapAt[k]! < 0.05) swapped[k] = 1;
    }
    types.push(next);
    patches.push(...listPatches(kinds, before, next, side, year, patches.length));
  }
  return { types, storm, patches };
}

/** `count` uniform numbers. */
function draw(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.uniform());
}

/** Connected pieces of one kind, old and new class. */
function listPatches(
  kinds: Uint8Array,
  before: Uint8Array,
  after: Uint8Array,
  side: number,
  year: number,
  known: number,
): ChangePatch[] {
  const from = classesOf(before);
  const to = classesOf(after);
  const code = Int32Array.from(kinds, (kind, p) => kind && kind * 10_000 + from[p]! * 100 + to[p]!);
  const { piece, size, value } = components(code, side);
  const column = new Float64Array(size.length);
  const row = new Float64Array(size.length);
  for (let p = 0; p < piece.length; p++) {
    if (piece[p]! < 0) continue;
    column[piece[p]!]! += p % side;
    row[piece[p]!]! += Math.floor(p / side);
  }
  return Array.from(size, (pixels, k) => ({
    id: known + k + 1,
    kind: changeKinds[Math.floor(value[k]! / 10_000)]!,
    year,
    from: Math.floor(value[k]! / 100) % 100,
    to: value[k]! % 100,
    pixels,
    column: Math.round(column[k]! / pixels),
    row: Math.round(row[k]! / pixels),
  }));
}
