import { endianness } from "node:os";
import { type BaseDecoder, type GeoTIFFImage, getDecoder } from "geotiff";
import type { ByteSource } from "./byteSource.js";
import { copyTile } from "./copyTile.js";
import type { Window } from "./readRaster.js";
import type { AnyRasterArray } from "./typedArray.js";

/**
 * Reads samples of a window into one array a band. The tiles of the window are asked for together.
 * Images in the machine's byte order with samples of one type are copied row by row; the reader's
 * own general path, three times slower, takes the rest.
 *
 * @param samples sample numbers from 0
 */
export async function readSamples(
  image: GeoTIFFImage,
  bytes: ByteSource,
  samples: readonly number[],
  window: Window,
): Promise<AnyRasterArray[]> {
  const decoder = await plainDecoder(image);
  if (!decoder) {
    const rasters = await image.readRasters({ samples: [...samples], window: [...window] });
    return [...(rasters as unknown as AnyRasterArray[])];
  }
  const [left, top, right, bottom] = window;
  const size = (right - left) * (bottom - top);
  const out = samples.map((s) => image.getArrayForSample(s, size) as AnyRasterArray);
  const separate = image.planarConfiguration === 2;
  const places = await tilePlaces(image, samples, window);
  const stored = places.filter(({ length }) => length > 0);
  const blocks = await bytes.read(stored);
  const blockOf = new Map(stored.map((place, i) => [place, blocks[i]!]));
  const tileWidth = image.getTileWidth();
  const tileHeight = image.getTileHeight();
  for (const place of places) {
    const sample = place.sample ?? samples[0]!;
    const block = blockOf.get(place);
    const decoded = block ? await decoder.decode(block) : emptyTile(image, sample, separate);
    const tile = image.getArrayForSample(sample, decoded as ArrayBuffer) as AnyRasterArray;
    checkTile(image, place, tile.length, separate);
    for (const [k, one] of samples.entries()) {
      if (separate && one !== place.sample) continue;
      const placed = {
        samples: tile,
        top: place.row * tileHeight,
        left: place.column * tileWidth,
        width: tileWidth,
        step: separate ? 1 : image.getSamplesPerPixel(),
      };
      copyTile(placed, separate ? 0 : one, window, out[k]!);
    }
  }
  return out;
}

/** A tile or strip that the window touches, and where its bytes lie. */
interface TilePlace {
  readonly column: number;
  readonly row: number;
  /** Sample that it holds alone; undefined where it holds all. */
  readonly sample: number | undefined;
  readonly offset: number;
  readonly length: number;
}

async function tilePlaces(
  image: GeoTIFFImage,
  samples: readonly number[],
  [left, top, right, bottom]: Window,
): Promise<TilePlace[]> {
  const directory = image.fileDirectory;
  const [offsets, lengths] = image.isTiled
    ? (["TileOffsets", "TileByteCounts"] as const)
    : (["StripOffsets", "StripByteCounts"] as const);
  const offset = numbers(await directory.loadValue(offsets));
  const length = numbers(await directory.loadValue(lengths));
  const tileWidth = image.getTileWidth();
  const tileHeight = image.getTileHeight();
  const across = Math.ceil(image.getWidth() / tileWidth);
  const down = Math.ceil(image.getHeight() / tileHeight);
  const planes = image.planarConfiguration === 2 ? samples : [undefined];
  const places: TilePlace[] = [];
  for (const sample of planes) {
    for (let row = Math.floor(top / tileHeight); row * tileHeight < bottom; row++) {
      for (let column = Math.floor(left / tileWidth); column * tileWidth < right; column++) {
        const index = ((sample ?? 0) * down + row) * across + column;
        if (index >= offset.length || index >= length.length) {
          throw new Error(`tile ${index} is missing, its table has ${offset.length} entries`);
        }
        places.push({ column, row, sample, offset: offset[index]!, length: length[index]! });
      }
    }
  }
  return places;
}

/** A field of the directory as numbers; a single value is not kept as an array. */
function numbers(field: unknown): number[] {
  if (typeof field === "object" && field !== null && "length" in field) {
    return Array.from(field as ArrayLike<number | bigint>, Number);
  }
  return field === undefined ? [] : [Number(field)];
}

/** A tile that a sparse file leaves out: no data, or 0 where the file states none. */
function emptyTile(image: GeoTIFFImage, sample: number, separate: boolean): ArrayBufferLike {
  const samples = separate ? 1 : image.getSamplesPerPixel();
  const size = image.getTileWidth() * image.getTileHeight() * samples;
  const tile = image.getArrayForSample(sample, size);
  return tile.fill(image.getGDALNoData() ?? 0).buffer;
}

/** Refuses a tile that holds fewer rows than the image has there. */
function checkTile(image: GeoTIFFImage, place: TilePlace, found: number, separate: boolean): void {
  const rows = Math.min(
    image.getTileHeight(),
    image.getHeight() - place.row * image.getTileHeight(),
  );
  const expected = rows * image.getTileWidth() * (separate ? 1 : image.getSamplesPerPixel());
  if (found >= expected) return;
  const where = `tile in column ${place.column}, row ${place.row}`;
  throw new Error(`${where} holds ${found} values, expected ${expected}`);
}

/** A decoder for images that need no treatment after it; null for others. */
async function plainDecoder(image: GeoTIFFImage): Promise<BaseDecoder | null> {
  const directory = image.fileDirectory;
  const bits = Array.from((await directory.loadValue("BitsPerSample")) ?? []).map(Number);
  const formats = bits.map((_, sample) => image.getSampleFormat(sample));
  const plain =
    image.littleEndian === (endianness() === "LE") &&
    [8, 16, 32, 64].includes(bits[0]!) &&
    bits.every((one) => one === bits[0]) &&
    formats.every((one) => one === formats[0]) &&
    !(formats[0] === 3 && bits[0]! < 32);
  if (!plain) return null;
  const parameters = {
    tileWidth: image.getTileWidth(),
    tileHeight: image.getTileHeight(),
    predictor: (await directory.loadValue("Predictor")) ?? 1,
    bitsPerSample: bits,
    planarConfiguration: image.planarConfiguration,
    JPEGTables: await directory.loadValue("JPEGTables"),
    LercParameters: await directory.loadValue("LercParameters"),
  };
  return getDecoder(directory.getValue("Compression") ?? 1, parameters);
}
