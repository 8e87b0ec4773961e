import { join } from "node:path";
import { writeFileAtomic } from "../../../src/files/atomic.js";
import type { TaskFunction } from "../../../src/parallel/tasks.js";
import { createRandom } from "../../../src/random.js";
import { pixelCount } from "../../../src/raster/grid.js";
import { writeCog } from "../../../src/raster/writeCog.js";
import { assets, dates, stripGrid } from "./strip.js";

/** A scene to be written. */
export interface SceneTask {
  readonly folder: string;
  readonly scene: number;
  readonly width: number;
  readonly height: number;
}

/** Side of a cloud or of its shadow, pixels of 20 m. */
const cloudSide = 60;

/**
 * Writes a scene: fields of one brightness with noise, and square clouds over a third of them that
 * differ from date to date.
 */
export const writeScene: TaskFunction<SceneTask, void> = async ({
  folder,
  scene,
  width,
  height,
}) => {
  const random = createRandom(8).split(scene);
  for (const [b, [name, pixel]] of Object.entries(assets).entries()) {
    const grid = stripGrid(width, height, pixel);
    const mask = name === "scl";
    const band = mask ? new Uint8Array(pixelCount(grid)) : new Uint16Array(pixelCount(grid));
    const side = mask ? cloudSide : 320 / pixel;
    const across = Math.ceil(grid.width / side);
    const fields = Array.from({ length: across * Math.ceil(grid.height / side) }, (_, i) => {
      if (mask) return random.uniform() < 0.35 ? (random.uniform() < 0.8 ? 9 : 3) : 4;
      return 300 + 250 * b + ((i * 7919) % 400) + Math.round(200 * Math.sin(scene / 3));
    });
    for (let row = 0, at = 0; row < grid.height; row++) {
      const first = Math.floor(row / side) * across;
      for (let column = 0; column < grid.width; column++, at++) {
        const value = fields[first + Math.floor(column / side)]!;
        band[at] = mask ? value : value + random.integer(128);
      }
    }
    await writeCog(join(folder, "scenes", `s${scene}`, `${name}.tif`), {
      grid,
      bands: [band],
      nodata: 0,
      overviews: "none",
      packing: "fast",
    });
  }
  const day = Date.UTC(2018, 0, 5) + Math.round((scene * 360) / dates) * 86_400_000;
  const item = {
    id: `s${scene}`,
    collection: "sentinel-2-l2a",
    properties: {
      datetime: new Date(day).toISOString(),
      "grid:code": "MGRS-32TPS",
      "s2:processing_baseline": "02.06",
      "eo:cloud_cover": 35,
    },
    assets: Object.fromEntries(
      Object.keys(assets).map((name) => [name, { href: `../scenes/s${scene}/${name}.tif` }]),
    ),
  };
  await writeFileAtomic(join(folder, "items", `s${scene}.json`), JSON.stringify(item));
};
