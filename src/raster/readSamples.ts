import { endianness } from "node:os";
import { type BaseDecoder, type GeoTIFFImage, getDecoder } from "geotiff";
import type { Window } from "./readRaster.js";
import type { AnyRasterArray } from "./typedArray.js";

const deflateCodes = [8, 32946];

/**
 * Reads samples of a window into one array a band. Deflate images in the machine's byte order are
 * copied row by row; the reader's own general path, three times slower, takes the rest.
 *
 * @param samples sample numbers from 0
 */
export async function readSamples(
  image: GeoTIFFImage,
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
  const tileWidth = image.getTileWidth();
  const tileHeight = image.getTileHeight();
  for (let row = Math.floor(top / tileHeight); row * tileHeight < bottom; row++) {
    for (let column = Math.floor(left / tileWidth); column * tileWidth < right; column++) {
      let tile: AnyRasterArray | undefined;
      for (const [k, sample] of samples.entries()) {
        if (!tile || separate) {
          const { data } = await image.getTileOrStrip(column, row, sample, decoder);
          tile = image.getArrayForSample(sample, data) as AnyRasterArray;
        }
        const step = separate ? 1 : image.getSamplesPerPixel();
        const first = separate ? 0 : sample;
        copyTile(
          tile,
          row * tileHeight,
          column * tileWidth,
          tileWidth,
          step,
          first,
          window,
          out[k]!,
        );
      }
    }
  }
  return out;
}

/** A decoder for images that need no treatment after it; null for others. */
async function plainDecoder(image: GeoTIFFImage): Promise<BaseDecoder | null> {
  const directory = image.fileDirectory;
  const compression = directory.getValue("Compression") ?? 1;
  const bits = Array.from((await directory.loadValue("BitsPerSample")) ?? []).map(Number);
  const formats = bits.map((_, sample) => image.getSampleFormat(sample));
  const plain =
    deflateCodes.includes(compression) &&
    image.littleEndian === (endianness() === "LE") &&
    [8, 16, 32].includes(bits[0]!) &&
    bits.every((one) => one === bits[0]) &&
    formats.every((one) => one === formats[0]) &&
    !(formats[0] === 3 && bits[0] !== 32);
  if (!plain) return null;
  return getDecoder(compression, {
    tileWidth: image.getTileWidth(),
    tileHeight: image.getTileHeight(),
    predictor: (await directory.loadValue("Predictor")) ?? 1,
    bitsPerSample: bits,
    planarConfiguration: image.planarConfiguration,
  });
}

/** Copies the part of a tile that lies in the window; `step` samples a pixel, `first` is taken. */
function copyTile(
  tile: AnyRasterArray,
  tileTop: number,
  tileLeft: number,
  tileWidth: number,
  step: number,
  first: number,
  [left, top, right, bottom]: Window,
  out: AnyRasterArray,
): void {
  const tileHeight = tile.length / (tileWidth * step);
  const from = Math.max(left, tileLeft);
  const to = Math.min(right, tileLeft + tileWidth);
  for (let y = Math.max(top, tileTop); y < Math.min(bottom, tileTop + tileHeight); y++) {
    const target = (y - top) * (right - left) + from - left;
    const source = ((y - tileTop) * tileWidth + from - tileLeft) * step + first;
    if (step === 1) out.set(tile.subarray(source, source + to - from), target);
    else for (let i = 0; i < to - from; i++) out[target + i] = tile[source + i * step]!;
  }
}
