import { join } from "node:path";
import { writeFileAtomic } from "../../src/files/atomic.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import type { Study } from "../../src/study/study.js";
import { bareStudy } from "../study/bareStudy.js";

export const size = 90;
const bounds = [690010, 5126000, 690010 + size * 10, 5126000 + size * 10] as const;
const grid = gridFromBounds(32632, bounds, 10);
const names = "blue green red rededge1 rededge2 rededge3 nir nir08 swir16 swir22".split(" ");
const fine = new Set(["blue", "green", "red", "nir"]);

/** Reflectance in digital numbers of a scene: a ramp over bands and scenes, so that fills are known. */
export const truth = (scene: number, band: number) => 500 + 100 * band + 10 * scene;

/** Twelve scenes some days apart from 1 November 2017; every third carries the offset. */
export async function writeScenes(root: string, apart = 30): Promise<void> {
  const random = createRandom(4);
  for (let s = 0; s < 12; s++) {
    const day = new Date(Date.UTC(2017, 10, 1) + s * apart * 86_400_000).toISOString();
    const shifted = s % 3 === 1;
    const assets: Record<string, { href: string }> = {};
    for (const [b, name] of [...names, "scl"].entries()) {
      const step = fine.has(name) ? 10 : 20;
      const place = gridFromBounds(32632, [690000, 5125980, 691000, 5126980], step);
      const scl = name === "scl";
      const band = (
        scl
          ? new Uint8Array(place.width * place.height)
          : new Uint16Array(place.width * place.height)
      ) as Uint8Array;
      for (let i = 0; i < band.length; i++) {
        band[i] = scl ? (random.uniform() < 0.01 ? 9 : 4) : truth(s, b) + (shifted ? 1000 : 0);
      }
      const path = join(root, "scenes", `s${s}`, `${name}.tif`);
      await writeCog(path, {
        grid: place,
        bands: [band],
        nodata: 0,
        overviews: "none",
        packing: "fast",
      });
      assets[name] = { href: `../scenes/s${s}/${name}.tif` };
    }
    const item = {
      id: `s${s}`,
      collection: shifted ? "sentinel-2-c1-l2a" : "sentinel-2-l2a",
      properties: {
        datetime: day,
        "grid:code": "MGRS-32TPS",
        "s2:processing_baseline": shifted ? "05.00" : "02.06",
        "eo:cloud_cover": 20,
      },
      assets,
    };
    await writeFileAtomic(join(root, "items", `s${s}.json`), JSON.stringify(item));
  }
}

export function studyOf(folder: string, run: string, workers: number, memory?: number): Study {
  const manifest = {
    region: "test",
    images: { kind: "stac", catalog: join(folder, "items"), collection: "x", maxCloud: 80 },
    yearStart: "11-01",
    events: [{ name: "storm", date: "2018-06-15" }],
  } as const;
  return bareStudy(join(folder, run), grid, manifest, { workers, ...(memory ? { memory } : {}) });
}
