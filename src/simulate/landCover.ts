import type { Random } from "../random.js";
import { classId, cover } from "./constants.js";
import { fractalField, quantile } from "./fractal.js";
import { type Parcels, simulateParcels } from "./parcels.js";
import { classOfType, surface } from "./surfaceTypes.js";
import type { Terrain } from "./terrain.js";

/** Land cover of the first year and the places that later change needs. */
export interface LandCover {
  /** Surface type of every pixel. */
  readonly types: Uint8Array;
  /** Fields and built land are laid out in these parcels. */
  readonly parcels: Parcels;
  /** Crop a parcel carries in each year, as a surface type. */
  readonly rotation: readonly Uint8Array[];
  /** 1 in farmland. */
  readonly farmland: Uint8Array;
  /** 1 in the gravel bed of the river. */
  readonly bed: Uint8Array;
  /** Squared elliptic distance to the quarry's centre, 1 at its rim. */
  readonly quarry: Float32Array;
  /** 1 in the village that the old map does not know. */
  readonly newVillage: Uint8Array;
}

/** An ellipse in the valley: place along it (share of the side), offset across it and half axes in pixels of the 5 km region. */
interface Ellipse {
  readonly along: number;
  readonly across: number;
  readonly halfAlong: number;
  readonly halfAcross: number;
}

const lake: Ellipse = { along: 0.13, across: -2, halfAlong: 62, halfAcross: 29 };
const village: Ellipse = { along: 0.36, across: 22, halfAlong: 50, halfAcross: 34 };
const secondVillage: Ellipse = { along: 0.9, across: -20, halfAlong: 37, halfAcross: 26 };
const quarrySite: Ellipse = { along: 0.63, across: 84, halfAlong: 44, halfAcross: 34 };
const gravelPit: Ellipse = { along: 0.5, across: -26, halfAlong: 19, halfAcross: 12 };
const braided = { from: 0.47, to: 0.85, halfWidth: 19 };
const channelHalfWidth = 2.2;

/** Row offset of the river's main channel from the valley axis at a column, in pixels of the 5 km region. */
export function channel(column: number, scale: number): number {
  return 5 * Math.sin(column / scale / 17);
}

/** Type of most of a surface, of a fair part where the field is high, and of the rest. */
function pick(field: number, names: readonly [string, string, string]): number {
  return surface(field < -0.1 ? names[0] : field < 0.75 ? names[1] : names[2]);
}

/**
 * Places the classes by height, slope, exposure and distance to the river, with parcels, a lake,
 * two villages, hamlets, a quarry, a gravel pit and a glacier.
 */
export function simulateLandCover(random: Random, terrain: Terrain): LandCover {
  const { side, scale, elevation, slope, northness, across } = terrain;
  const count = side * side;
  const field = (name: string, beta: number) => fractalField(random.split(name), side, beta);
  const broad = field("belts", 2.6);
  const fine = field("edges", 2.2);
  const tracks = field("tracks", 2.6);
  const stand = field("stands", 2.4);
  const outline = field("outlines", 2.6);
  const parcels = simulateParcels(
    random.split("parcels"),
    side,
    Math.max(4, Math.round(cover.parcelPixels * Math.max(scale, 0.6))),
  );
  const plots = simulateParcels(random.split("plots"), side, 3);
  const built = draw(random.split("built"), plots.count);
  const { rotation, isCrop } = simulateCrops(random.split("crops"), parcels, side);

  const ellipse = ({ along, across: offset, halfAlong, halfAcross }: Ellipse, pixel: number) =>
    (((pixel % side) - along * side) / (halfAlong * scale)) ** 2 +
    ((across[pixel]! - offset) / halfAcross) ** 2;

  const types = new Uint8Array(count);
  const farmland = new Uint8Array(count);
  const bed = new Uint8Array(count);
  const newVillage = new Uint8Array(count);
  const quarry = new Float32Array(count);
  const cold = new Float32Array(count);
  for (let pixel = 0; pixel < count; pixel++) {
    cold[pixel] =
      elevation[pixel]! +
      120 * northness[pixel]! +
      60 * broad[pixel]! -
      200 * Math.max(0, slope[pixel]! - 0.8);
  }
  const glacier = quantile(cold, 1 - cover.glacierShare);

  for (let pixel = 0; pixel < count; pixel++) {
    const z = elevation[pixel]!;
    const north = northness[pixel]!;
    const steep = slope[pixel]!;
    const line = ({ height, noise, northness: tilt }: typeof cover.treeLine, shape: Float32Array) =>
      height + noise * shape[pixel]! + tilt * north;
    const treeLine = line(cover.treeLine, fine);
    const column = pixel % side;
    const parcel = parcels.cell[pixel]!;

    let kind: number;
    if (cold[pixel]! > glacier) kind = surface(stand[pixel]! > 0.5 ? "glacier ice" : "firn");
    else if (z > line(cover.rockLine, broad) || (steep > 1.25 && z > 1600 && fine[pixel]! > 0.3)) {
      kind =
        z < cover.rockLine.height - 60 || stand[pixel]! > 1
          ? surface("rock with grass")
          : surface(outline[pixel]! > 0 ? "dolomite" : "silicate rock");
    } else if (z > treeLine + cover.shrubBelt) {
      kind = tracks[pixel]! > 1.4 ? surface("heath") : surface("alpine grass");
    } else if (z > treeLine || (tracks[pixel]! > 1.75 && z > 1450)) {
      kind = pick(stand[pixel]!, ["dwarf pine", "heath", "green alder"]);
    } else if (z > line(cover.coniferLine, broad)) {
      if (outline[pixel]! > 1.9 && steep < 0.8 && z < 1750) kind = surface("pasture");
      else if (z > 1500 && stand[pixel]! > 0.5) kind = surface("larch");
      else kind = surface(stand[pixel]! < -1 ? "open conifers" : "spruce");
    } else {
      kind = surface(stand[pixel]! > 1 ? "open broadleaves" : "beech");
    }

    const flat = z < cover.farmland.height && steep < cover.farmland.slope;
    if (flat) {
      farmland[pixel] = 1;
      kind =
        tracks[pixel]! > 1.9
          ? surface("open broadleaves")
          : isCrop[parcel]
            ? rotation[0]![parcel]!
            : surface("valley meadow");
    } else if (z < cover.vineyards.height && across[pixel]! < 0 && parcel % 5 < 2) {
      kind = surface("vines and orchards");
    }

    const toChannel = Math.abs(across[pixel]! - channel(column, scale));
    const share = column / side;
    const width =
      braided.halfWidth * Math.min(1, (share - braided.from) / 0.05, (braided.to - share) / 0.05);
    if (Math.abs(across[pixel]!) < width + 1.5 * fine[pixel]!) {
      bed[pixel] = 1;
      kind = pick(stand[pixel]!, ["gravel bar", "wet gravel", "gravel with willows"]);
    }
    if (toChannel < channelHalfWidth) kind = surface("river");
    if (ellipse(lake, pixel) < 1 + 0.12 * outline[pixel]!) kind = surface("lake");

    const isBuilt = built[plots.cell[pixel]!]! < cover.built && toChannel > 5;
    const inVillage = ellipse(village, pixel) + 0.12 * outline[pixel]!;
    const inSecond = ellipse(secondVillage, pixel) + 0.12 * outline[pixel]!;
    if (Math.min(inVillage, inSecond) < 1) {
      if (isBuilt)
        kind = surface(Math.min(inVillage, inSecond) < 0.35 ? "houses" : "houses with gardens");
      else if (toChannel > channelHalfWidth) kind = surface("valley meadow");
      if (inSecond < 1) newVillage[pixel] = 1;
    }
    quarry[pixel] = ellipse(quarrySite, pixel) + 0.08 * outline[pixel]!;
    if (quarry[pixel]! < 1 || ellipse(gravelPit, pixel) + 0.1 * outline[pixel]! < 1) {
      if (toChannel > channelHalfWidth) {
        kind = surface(stand[pixel]! > 0.9 ? "regrown quarry" : "quarry");
      }
    }
    types[pixel] = kind;
  }
  placeHamlets(random.split("hamlets"), terrain, types, built, plots);
  return { types, parcels, rotation, farmland, bed, quarry, newVillage };
}

/** `count` uniform numbers. */
function draw(random: Random, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => random.uniform());
}

/** Which parcels are ploughed in the first year and what grows on them in the three years. */
function simulateCrops(random: Random, parcels: Parcels, side: number) {
  const names = ["summer crop", "winter crop", "cover and summer crop"] as const;
  const isCrop = new Uint8Array(parcels.count);
  const start = 0.8 * random.uniform();
  const rotation = [0, 1, 2].map(() => new Uint8Array(parcels.count));
  for (let parcel = 0; parcel < parcels.count; parcel++) {
    // Ploughed land lies together on some stretches of the valley, meadows on the others.
    const ploughed = Math.sin((parcels.x[parcel]! / side) * 7 + start) > -0.1;
    isCrop[parcel] = random.uniform() < (ploughed ? 0.92 : 0.15) ? 1 : 0;
    const perennial = random.uniform() < 0.15;
    for (const year of rotation) {
      const u = random.uniform();
      year[parcel] = surface(
        perennial ? "vines and orchards" : u < 0.5 ? names[0] : u < 0.8 ? names[1] : names[2],
      );
    }
  }
  return { isCrop, rotation };
}

/** Small groups of houses in meadows on the lower slopes. */
function placeHamlets(
  random: Random,
  { side, scale, elevation, slope }: Terrain,
  types: Uint8Array,
  built: Float32Array,
  plots: Parcels,
): void {
  for (let placed = 0, tries = 0; placed < 6 && tries < 4000; tries++) {
    const centre = random.integer(types.length);
    const z = elevation[centre]!;
    const wild = classOfType[types[centre]!]! >= classId.Broadleaves;
    if (z < 700 || z > 1150 || slope[centre]! > 0.75 || !wild) continue;
    placed++;
    const x = centre % side;
    const y = (centre - x) / side;
    const reach = Math.ceil(15 * scale);
    for (let row = Math.max(0, y - reach); row <= Math.min(side - 1, y + reach); row++) {
      for (let column = Math.max(0, x - reach); column <= Math.min(side - 1, x + reach); column++) {
        const pixel = row * side + column;
        const ragged = 0.85 + 0.3 * built[plots.cell[pixel]!]!;
        const distance = (Math.hypot(row - y, column - x) / scale) * ragged;
        const mineral = classOfType[types[pixel]!] === classId.Mineral;
        if (distance > 15 || elevation[pixel]! < 640 || mineral) continue;
        const house = distance < 6 && built[plots.cell[pixel]!]! < 0.7;
        types[pixel] = surface(house ? "houses with gardens" : "pasture");
      }
    }
  }
}
