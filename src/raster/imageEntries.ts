import { isGeographic } from "./crs.js";
import type { Grid } from "./grid.js";
import { asciiEntry, FieldType, type TiffEntry } from "./tiffEntries.js";
import type { RasterArray } from "./typedArray.js";

const { short, long, double } = FieldType;

/** What every directory of one file has in common. */
export interface ImageLayout {
  readonly sample: RasterArray;
  readonly bands: number;
  readonly tileSize: number;
  readonly predictor: boolean;
  readonly nodata: number | undefined;
  readonly palette: ReadonlyMap<number, string> | undefined;
}

/** Fields of one resolution level: shape, sample type, tiles, colours, nodata. */
export function levelEntries(
  layout: ImageLayout,
  width: number,
  height: number,
  overview: boolean,
  tileOffsets: Uint32Array,
  tileBytes: Uint32Array,
): TiffEntry[] {
  const { bands, sample, tileSize } = layout;
  const perBand = (value: number) => new Array<number>(bands).fill(value);
  const entries: TiffEntry[] = [
    { tag: 254, type: long, values: [overview ? 1 : 0] },
    { tag: 256, type: long, values: [width] },
    { tag: 257, type: long, values: [height] },
    { tag: 258, type: short, values: perBand(sample.BYTES_PER_ELEMENT * 8) },
    { tag: 259, type: short, values: [8] },
    { tag: 262, type: short, values: [layout.palette ? 3 : 1] },
    { tag: 277, type: short, values: [bands] },
    { tag: 284, type: short, values: [1] },
    { tag: 322, type: long, values: [tileSize] },
    { tag: 323, type: long, values: [tileSize] },
    { tag: 324, type: long, values: tileOffsets },
    { tag: 325, type: long, values: tileBytes },
    { tag: 339, type: short, values: perBand(sampleFormat(sample)) },
  ];
  if (layout.predictor) entries.push({ tag: 317, type: short, values: [2] });
  if (bands > 1) entries.push({ tag: 338, type: short, values: new Array(bands - 1).fill(0) });
  if (layout.palette) entries.push({ tag: 320, type: short, values: colourMap(layout.palette) });
  if (layout.nodata !== undefined) entries.push(asciiEntry(42113, String(layout.nodata)));
  return entries;
}

/** Georeference of the full resolution level: pixel scale, tie point and the EPSG code as GeoKeys. */
export function georeferenceEntries(grid: Grid): TiffEntry[] {
  const geographic = isGeographic(grid.epsg);
  const keys = [1, 1, 0, 3, 1024, 0, 1, geographic ? 2 : 1, 1025, 0, 1, 1];
  keys.push(geographic ? 2048 : 3072, 0, 1, grid.epsg);
  return [
    { tag: 33550, type: double, values: [grid.pixelWidth, grid.pixelHeight, 0] },
    { tag: 33922, type: double, values: [0, 0, 0, grid.originX, grid.originY, 0] },
    { tag: 34735, type: short, values: keys },
  ];
}

/**
 * Band descriptions and names of values in GDAL's metadata field; all texts are free of `&`, `<`
 * and `>`. The name of value 3 is the item `VALUE_3` of the first band.
 */
export function metadataEntry(
  bandNames: readonly string[],
  valueNames: ReadonlyMap<number, string>,
): TiffEntry {
  const items = [
    ...bandNames.map(
      (name, i) => `<Item name="DESCRIPTION" sample="${i}" role="description">${name}</Item>`,
    ),
    ...Array.from(
      valueNames,
      ([value, name]) => `<Item name="VALUE_${value}" sample="0">${name}</Item>`,
    ),
  ];
  return asciiEntry(42112, `<GDALMetadata>\n  ${items.join("\n  ")}\n</GDALMetadata>\n`);
}

function sampleFormat(sample: RasterArray): number {
  if (sample instanceof Float32Array) return 3;
  return sample instanceof Int16Array ? 2 : 1;
}

function colourMap(palette: ReadonlyMap<number, string>): Uint16Array {
  const map = new Uint16Array(768);
  for (const [value, colour] of palette) {
    const rgb = Number.parseInt(colour.slice(1), 16);
    for (let band = 0; band < 3; band++) {
      map[band * 256 + value] = ((rgb >> (16 - 8 * band)) & 255) * 257;
    }
  }
  return map;
}
