import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../../src/random.js";
import { gridFromBounds } from "../../../src/raster/grid.js";
import { writeCog } from "../../../src/raster/writeCog.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python } from "../files.js";

/** Side of a window, pixels. */
export const windowSide = 256;
/** Connections at once. */
export const connections = 4;

const server = ours("windows/server.js");

/** Random windows of a cloud-optimized GeoTIFF of the size of a tile, over HTTP from this machine. */
export const windowsBenchmark: Benchmark = {
  name: "windows",
  async writeData(folder, size) {
    const side = size === "full" ? 10_980 : 3_000;
    const count = size === "full" ? 1_000 : 100;
    const random = createRandom(6);
    const band = new Uint16Array(side * side);
    for (let i = 0; i < band.length; i++) {
      const row = Math.floor(i / side);
      band[i] =
        1_000 + ((row >> 5) % 7) * 100 + (((i - row * side) >> 5) % 9) * 80 + random.integer(128);
    }
    const left = 600_000;
    const top = 5_200_020;
    await writeCog(join(folder, "image.tif"), {
      grid: gridFromBounds(32632, [left, top - side * 10, left + side * 10, top], 10),
      bands: [band],
      nodata: 0,
      overviews: "none",
      packing: "fast",
    });
    const corner = () => random.integer(side - windowSide);
    const corners = Array.from({ length: count }, () => [corner(), corner()]);
    await writeFile(join(folder, "windows.json"), JSON.stringify(corners));
  },
  programs: [
    { name: "phenocover", command: ours("windows/runWindows.js") },
    {
      name: "GDAL /vsicurl",
      command: python("raster", "windows.py", "512", ...server),
      python: "rasterio",
    },
    {
      name: "GDAL, cache of 1 MB",
      command: python("raster", "windows.py", "1", ...server),
      python: "rasterio",
    },
  ],
  asked: [{ what: "windows over HTTP", peer: "GDAL /vsicurl", ratio: 0.67 }],
};
