import { type ClassName, classId } from "./constants.js";

/** A kind of ground inside a class: what its spectrum is made of and how it behaves. */
export interface SurfaceType {
  readonly name: string;
  readonly className: ClassName;
  /** Curves of `phenology.csv` (`Class` or `Class/subtype`) and their shares. */
  readonly mix: Readonly<Record<string, number>>;
  /** Key of `variation.json` for offsets, phase and amplitude. */
  readonly variation: string;
  /** Height the curves stand for, metres. */
  readonly height: number;
  /** Share of the surface that dries out in a drought year on the driest soil. */
  readonly drought: number;
  /** How much of the darkening of wet soil is seen, 0-1. */
  readonly soil: number;
  /** Share of snow on the ground that is seen from above. */
  readonly open: number;
  /** Pixel-to-pixel spread inside a stand, ln reflectance. */
  readonly texture: number;
  /** Cut in summer. */
  readonly mown: boolean;
}

/**
 * Surface types in the order of their index in type maps. Shares of mixtures, wet soil and snow
 * visibility are general knowledge and feasibility.md's set-up (conifers shed snow: their winter
 * NDVI in Slovenia stays at 0.42 to 0.57, README of the spectra). Drought has feasibility.md's
 * ratios between classes at a level where meadows lose what Flanders lost in 2018 (NDVI 0.64 to
 * 0.45, README). Texture is `pixel_offset_sd` and `forest_texture_south_tyrol` of
 * `variation.json`. What no curve was measured for (alpine pasture, dwarf pine, larch, dead wood)
 * is a mixture of measured curves.
 */
const table = `
name                  | class       | made of                                             | variation           | height | drought | soil | open | texture | cut
houses                | Artificial  | Artificial 1                                        | Artificial          | 200    | 0.075   | 0.4  | 0.9  | 0.18    | no
houses with gardens   | Artificial  | Artificial 0.75 + Grass/below 500 m 0.25            | Artificial          | 200    | 0.225   | 0.4  | 0.9  | 0.2     | no
valley meadow         | Grass       | Grass/below 500 m 1                                 | Grass/below 500 m   | 200    | 0.9     | 0.3  | 1    | 0.04    | yes
pasture               | Grass       | Grass/500-1300 m 1                                  | Grass               | 900    | 0.9     | 0.3  | 1    | 0.04    | no
alpine grass          | Grass       | Grass/500-1300 m 0.75 + Bare 0.25                   | Grass               | 900    | 0.9     | 0.4  | 1    | 0.05    | no
winter crop           | Crops       | Crops/winter 1                                      | Crops/winter        | 200    | 0.6     | 0.7  | 1    | 0.07    | no
summer crop           | Crops       | Crops/summer 1                                      | Crops/summer        | 200    | 0.75    | 0.8  | 1    | 0.085   | no
cover and summer crop | Crops       | Crops/cover+summer 1                                | Crops/cover+summer  | 200    | 0.75    | 0.5  | 1    | 0.085   | no
vines and orchards    | Crops       | Crops/permanent 1                                   | Crops/permanent     | 200    | 0.45    | 0.6  | 0.8  | 0.08    | no
quarry                | Mineral     | Mineral 1                                           | Bare                | 200    | 0       | 1    | 1    | 0.08    | no
regrown quarry        | Mineral     | Mineral 0.85 + Shrubland/open 0.15                  | Bare                | 200    | 0.15    | 0.9  | 1    | 0.1     | no
silicate rock         | Rocks       | Rocks 1                                             | Rocks               | 900    | 0       | 0.5  | 1    | 0.08    | no
dolomite              | Rocks       | Rocks/bright 1                                      | Rocks               | 900    | 0       | 0.4  | 1    | 0.08    | no
rock with grass       | Rocks       | Rocks 0.78 + Grass/500-1300 m 0.22                  | Rocks               | 900    | 0.3     | 0.5  | 1    | 0.1     | no
gravel bar            | Sand        | Sand 1                                              | Bare                | 200    | 0       | 1    | 1    | 0.07    | no
gravel with willows   | Sand        | Sand 0.82 + Shrubland/hedge or thicket 0.18         | Bare                | 200    | 0.15    | 0.9  | 1    | 0.09    | no
wet gravel            | Sand        | Sand 0.75 + Water/river 0.25                        | Bare                | 200    | 0       | 0.8  | 0.8  | 0.09    | no
beech                 | Broadleaves | Broadleaves 1                                       | Broadleaves         | 200    | 0.15    | 0.2  | 0.6  | 0.065   | no
open broadleaves      | Broadleaves | Broadleaves 0.8 + Grass/500-1300 m 0.2              | Broadleaves         | 200    | 0.3     | 0.3  | 0.7  | 0.08    | no
spruce                | Conifers    | Conifers 1                                          | Conifers            | 200    | 0.075   | 0.1  | 0.15 | 0.065   | no
larch                 | Conifers    | Conifers 0.5 + Broadleaves 0.5                      | Conifers            | 200    | 0.12    | 0.2  | 0.35 | 0.07    | no
open conifers         | Conifers    | Conifers 0.75 + Grass/500-1300 m 0.25               | Conifers            | 200    | 0.225   | 0.2  | 0.3  | 0.08    | no
dwarf pine            | Shrubland   | Conifers 0.6 + Shrubland/open 0.4                   | Shrubland/open      | 400    | 0.15    | 0.2  | 0.7  | 0.065   | no
heath                 | Shrubland   | Shrubland/open 1                                    | Shrubland/open      | 400    | 0.45    | 0.3  | 0.8  | 0.065   | no
green alder           | Shrubland   | Shrubland/hedge or thicket 0.8 + Shrubland/open 0.2 | Shrubland/open      | 400    | 0.15    | 0.2  | 0.7  | 0.065   | no
lake                  | Water       | Water/mountain lake 1                               | Water/mountain lake | 200    | 0       | 0    | 0.25 | 0.02    | no
river                 | Water       | Water/river 1                                       | Water/mountain lake | 200    | 0       | 0    | 0.1  | 0.03    | no
firn                  | Snow        | Snow 1                                              | Snow/old snow       | 900    | 0       | 0    | 1    | 0.03    | no
glacier ice           | Snow        | Snow 0.5 + Snow/ice 0.5                             | Snow/ice            | 900    | 0       | 0    | 1    | 0.04    | no
windthrow with shrubs | Shrubland   | Bare 0.4 + Shrubland/open 0.4 + Conifers 0.2        | Shrubland/open      | 400    | 0.45    | 0.6  | 0.9  | 0.12    | no
windthrow with grass  | Grass       | Bare 0.5 + Grass/500-1300 m 0.5                     | Grass               | 900    | 0.45    | 0.6  | 0.95 | 0.12    | no
cleared               | Grass       | Bare 0.6 + Grass/500-1300 m 0.4                     | Grass               | 900    | 0.45    | 0.7  | 1    | 0.1     | no
regrowth              | Shrubland   | Bare 0.25 + Shrubland/open 0.75                     | Shrubland/open      | 400    | 0.45    | 0.5  | 0.85 | 0.1     | no
`;

function readTable(text: string): SurfaceType[] {
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const cells = line.split(" | ").map((cell) => cell.trim());
    const [height, drought, soil, open, texture] = cells.slice(4, 9).map(Number);
    const mix = cells[2]!.split(" + ").map((part) => {
      const space = part.lastIndexOf(" ");
      return [part.slice(0, space), Number(part.slice(space + 1))] as const;
    });
    return {
      name: cells[0]!,
      className: cells[1] as ClassName,
      mix: Object.fromEntries(mix),
      variation: cells[3]!,
      height: height!,
      drought: drought!,
      soil: soil!,
      open: open!,
      texture: texture!,
      mown: cells[9] === "yes",
    };
  });
}

/** All surface types. */
export const surfaceTypes: readonly SurfaceType[] = Object.freeze(readTable(table));

const indexOf = new Map(surfaceTypes.map((surface, index) => [surface.name, index]));

/** Index of a surface type by its name. */
export function surface(name: string): number {
  const index = indexOf.get(name);
  if (index === undefined) throw new RangeError(`no surface type ${name}`);
  return index;
}

/** Truth class of every surface type. */
export const classOfType: Uint8Array = Uint8Array.from(surfaceTypes, (s) => classId[s.className]);

/** Truth classes of a map of surface types. */
export function classesOf(types: Uint8Array): Uint8Array {
  return types.map((t) => classOfType[t]!);
}
