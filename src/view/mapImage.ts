import { createCanvas, encodePng } from "../figures/canvas.js";
import { paint } from "../figures/mapPicture.js";
import { changePalette, legendPalette } from "../maps/palettes.js";
import { readRaster } from "../raster/readRaster.js";
import { mapPath, type OpenRun } from "./openRun.js";

/** Longest side of an image, pixels: larger maps are thinned by a whole number. */
const longestSide = 2048;

/** How many pixels of the map one pixel of its image stands for, along a side. */
export function thinning({ grid }: Pick<OpenRun, "grid">): number {
  return Math.max(1, Math.ceil(Math.max(grid.width, grid.height) / longestSide));
}

/** A layer as PNG, a pixel of the map or every n-th of them ({@link thinning}) a pixel; no data is white. */
export async function mapImage(run: OpenRun, model: string, layer: string): Promise<Uint8Array> {
  const { grid, bands } = await readRaster(mapPath(run.root, model, layer));
  const [values] = bands;
  const step = thinning(run);
  const width = Math.ceil(grid.width / step);
  const height = Math.ceil(grid.height / step);
  const shown = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      shown[y * width + x] = values![y * step * grid.width + x * step]!;
    }
  }
  const rgb = paint(shown, paletteOf(run, layer));
  const canvas = createCanvas(width, height, [255, 255, 255]);
  for (let i = 0; i < shown.length; i++) canvas.rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  return encodePng(canvas);
}

function paletteOf({ legend, series }: OpenRun, layer: string): ReadonlyMap<number, string> {
  if (layer === "changes") {
    return changePalette(Math.max(...series.map(({ years }) => years.length)) - 1);
  }
  return layer.endsWith("-confidence") ? confidencePalette : legendPalette(legend);
}

/** From dark (0, the two most probable classes are equal) to light (100, certain). */
const confidencePalette: ReadonlyMap<number, string> = new Map(
  Array.from({ length: 101 }, (_, percent) => {
    const channel = (dark: number, light: number) =>
      Math.round(dark + ((light - dark) * percent) / 100)
        .toString(16)
        .padStart(2, "0");
    return [percent, `#${channel(40, 245)}${channel(20, 240)}${channel(90, 200)}`];
  }),
);
