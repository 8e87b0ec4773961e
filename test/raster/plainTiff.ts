import { georeferenceEntries, levelEntries } from "../../src/raster/imageEntries.js";
import type { Raster } from "../../src/raster/readRaster.js";
import { directoryBytes, writeDirectory } from "../../src/raster/tiffEntries.js";
import type { RasterArray } from "../../src/raster/typedArray.js";

/** The first band of a raster as the bytes of an uncompressed tiled GeoTIFF, header first. */
export function plainTiff({ grid, bands, nodata }: Raster, tileSize = 64): Buffer {
  const band = bands[0] as RasterArray;
  const across = Math.ceil(grid.width / tileSize);
  const down = Math.ceil(grid.height / tileSize);
  const size = band.BYTES_PER_ELEMENT;
  const tiles = Array.from({ length: across * down }, (_, tile) => {
    const content = Buffer.alloc(tileSize * tileSize * size);
    for (let y = 0; y < tileSize; y++) {
      const row = Math.floor(tile / across) * tileSize + y;
      for (let x = 0; x < tileSize; x++) {
        const column = (tile % across) * tileSize + x;
        if (row >= grid.height || column >= grid.width) continue;
        content.writeUIntLE(band[row * grid.width + column]!, (y * tileSize + x) * size, size);
      }
    }
    return content;
  });
  const layout = {
    ...{ sample: band, bands: 1, tileSize, predictor: false },
    ...{ nodata: nodata ?? undefined, palette: undefined },
  };
  const lengths = Uint32Array.from(tiles, (tile) => tile.length);
  const entries = (offsets: Uint32Array) => [
    ...levelEntries(layout, grid.width, grid.height, false, offsets, lengths).map((entry) =>
      entry.tag === 259 ? { ...entry, values: [1] } : entry,
    ),
    ...georeferenceEntries(grid),
  ];
  const start = 8 + directoryBytes(entries(lengths));
  const offsets = Uint32Array.from(tiles, (tile, i) => start + i * tile.length);
  const head = Buffer.alloc(start);
  head.write("II", 0, "latin1");
  head.writeUInt16LE(42, 2);
  head.writeUInt32LE(8, 4);
  writeDirectory(head, 8, entries(offsets), 0);
  return Buffer.concat([head, ...tiles]);
}
