import { type Cube, missingValue } from "../cube/cube.js";
import { pixelCount } from "../raster/grid.js";
import { type MapPanel, type MapPictureOptions, mapPicture } from "./mapPicture.js";
import type { Picture } from "./picture.js";

/** Bands of a true-colour picture: red, green, blue. */
const TRUE_COLOUR = ["B04", "B03", "B02"] as const;

/** Share of pixels cut off at either end of the brightness scale. */
const CUT = 0.02;

/**
 * Number of the grid date nearest to a day of the mapping year.
 *
 * @param day days from the start of the mapping year
 */
export function nearestDate(days: ArrayLike<number>, day: number): number {
  let best = 0;
  for (let d = 1; d < days.length; d++) {
    if (Math.abs(days[d]! - day) < Math.abs(days[best]! - day)) best = d;
  }
  return best;
}

/**
 * The image of one grid date as a map panel: true colours where the cube has red, green and blue
 * bands, else its first band from brown (low) to green (high). Each picture is stretched between
 * its 2nd and 98th percentile over all bands together, so that the balance of colours stays.
 *
 * @param date number of the grid date, 0-based
 */
export async function imagePanel(
  cube: Cube,
  year: number,
  date: number,
  title: string,
): Promise<MapPanel> {
  const { grid, variables, chunkRows } = cube;
  const wanted = TRUE_COLOUR.map((band) => variables.indexOf(band));
  const colour = wanted.every((band) => band >= 0);
  const bands = colour ? wanted : [0];
  const pixels = pixelCount(grid);
  const values = bands.map(() => new Int16Array(pixels));
  const yearCube = cube.year(year);
  for (let row = 0; row < grid.height; row += chunkRows) {
    const block = await yearCube.readBlock(row, Math.min(grid.height, row + chunkRows));
    bands.forEach((band, n) => {
      const at = (date * variables.length + band) * block.pixels;
      values[n]!.set(block.values.subarray(at, at + block.pixels), row * grid.width);
    });
  }
  const [low, high] = stretch(values);
  const rgb = new Uint8Array(pixels * 3).fill(255);
  const shareOf = (value: number) => Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
  if (colour) {
    // A gamma of 0.8 lifts dark forests, as eyes do.
    const bright = Uint8Array.from({ length: 65_536 }, (_, i) =>
      Math.round(255 * shareOf(i - 32_768) ** 0.8),
    );
    const [red, green, blue] = values as [Int16Array, Int16Array, Int16Array];
    for (let i = 0; i < pixels; i++) {
      // A date is missing in all bands or in none.
      if (red[i] === missingValue) continue;
      rgb[i * 3] = bright[red[i]! + 32_768]!;
      rgb[i * 3 + 1] = bright[green[i]! + 32_768]!;
      rgb[i * 3 + 2] = bright[blue[i]! + 32_768]!;
    }
  } else {
    const [band] = values as [Int16Array];
    for (let i = 0; i < pixels; i++) {
      if (band[i] !== missingValue) rgb.set(ramp(shareOf(band[i]!)), i * 3);
    }
  }
  return { title: colour ? title : `${title} (${variables[0]})`, rgb };
}

/** The image of one grid date as a picture with scale bar and north arrow. */
export async function imagePicture(
  cube: Cube,
  year: number,
  date: number,
  title: string,
  options: MapPictureOptions = {},
): Promise<Picture> {
  return mapPicture(cube.grid, [await imagePanel(cube, year, date, title)], options);
}

/** Percentiles of all values that are not missing. */
function stretch(bands: readonly Int16Array[]): [number, number] {
  const counts = new Uint32Array(65_536);
  let total = 0;
  for (const band of bands) {
    for (const value of band) {
      if (value === missingValue) continue;
      counts[value + 32_768]!++;
      total++;
    }
  }
  const at = (share: number) => {
    let seen = 0;
    for (let i = 0; i < counts.length; i++) {
      seen += counts[i]!;
      if (seen > share * total) return i - 32_768;
    }
    return 32_767;
  };
  return [at(CUT), at(1 - CUT)];
}

/** Colours from brown over yellow to green. */
function ramp(share: number): [number, number, number] {
  const stops = [
    [120, 84, 50],
    [236, 221, 150],
    [16, 92, 40],
  ] as const;
  const [from, to] = share < 0.5 ? [stops[0], stops[1]] : [stops[1], stops[2]];
  const along = share < 0.5 ? share * 2 : share * 2 - 1;
  const mix = (n: 0 | 1 | 2) => Math.round(from[n] + (to[n] - from[n]) * along);
  return [mix(0), mix(1), mix(2)];
}
