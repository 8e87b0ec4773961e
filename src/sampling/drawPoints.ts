import { DataError } from "../errors.js";
import type { Random } from "../random.js";

/** Points of a stratified random sample, in random order so that strata cannot be guessed from it. */
export interface DrawnPoints {
  readonly pixel: Uint32Array;
  /** Index of the stratum of every point. */
  readonly stratum: Uint8Array;
}

/** Value of pixels outside every stratum. */
export const NO_STRATUM = 255;

/** Pixels of every stratum. */
export function countStrata(strata: Uint8Array, count: number): number[] {
  const pixels = new Array<number>(count).fill(0);
  for (const h of strata) if (h !== NO_STRATUM) pixels[h]!++;
  return pixels;
}

/**
 * Draws pixels without replacement, the given number in every stratum (selection sampling, Fan et al.
 * 1962).
 *
 * @param strata stratum [pixel], {@link NO_STRATUM} outside
 * @param points wanted in every stratum
 * @throws DataError when a stratum has fewer pixels than points
 */
export function drawPoints(
  strata: Uint8Array,
  points: readonly number[],
  random: Random,
): DrawnPoints {
  const left = countStrata(strata, points.length);
  const wanted = [...points];
  points.forEach((count, h) => {
    if (count <= left[h]!) return;
    throw new DataError(`stratum ${h}`, `${left[h]} pixels for ${count} points`);
  });
  const streams = points.map((_, h) => random.split(`stratum ${h}`));
  const drawn: number[] = [];
  for (let pixel = 0; pixel < strata.length; pixel++) {
    const h = strata[pixel]!;
    if (h === NO_STRATUM) continue;
    if (streams[h]!.uniform() * left[h]! < wanted[h]!) {
      drawn.push(pixel);
      wanted[h]!--;
    }
    left[h]!--;
  }
  const pixel = random.split("order").shuffle(Uint32Array.from(drawn));
  return { pixel, stratum: Uint8Array.from(pixel, (at) => strata[at]!) };
}
