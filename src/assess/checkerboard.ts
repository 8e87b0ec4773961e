import { DataError } from "../errors.js";
import type { Grid } from "../raster/grid.js";

/**
 * A classifier to be tested: trains on some pixels with their labels and answers for others.
 *
 * @returns class id of every test pixel, in their order
 */
export type PixelClassifier = (
  trainPixels: Uint32Array,
  trainLabels: Uint8Array,
  testPixels: Uint32Array,
  seed: number,
) => Promise<Uint8Array>;

/** Accuracy of a classifier trained on one half of a checkerboard and tested on the other. */
export interface CheckerboardScore {
  /** Half that was trained on: 1 holds the upper left square, the other one was tested. */
  readonly half: 1 | 2;
  readonly seed: number;
  readonly trained: number;
  readonly tested: number;
  /** Overall accuracy on the tested pixels, 0-1. */
  readonly accuracy: number;
  /** Share of the tested pixels in the most frequent class of the training half. */
  readonly majority: number;
}

/** Half of the checkerboard of every pixel, 0 or 1, from squares of `cell` pixels; upper left is 0. */
export function checkerboardHalves(grid: Pick<Grid, "width" | "height">, cell: number): Uint8Array {
  return Uint8Array.from({ length: grid.width * grid.height }, (_, pixel) => {
    const row = Math.floor(Math.floor(pixel / grid.width) / cell);
    const column = Math.floor((pixel % grid.width) / cell);
    return (row + column) % 2;
  });
}

/**
 * Trains on the fine labels of one half of a checkerboard and tests on the other, both ways and for
 * every seed.
 *
 * @param labels class ids of the reference, 0 none
 * @param cell side of the checkerboard's squares, pixels
 * @throws DataError when a half has no label
 */
export async function checkerboardScores(
  grid: Pick<Grid, "width" | "height">,
  labels: Uint8Array,
  cell: number,
  seeds: readonly number[],
  classify: PixelClassifier,
): Promise<CheckerboardScore[]> {
  const half = checkerboardHalves(grid, cell);
  const pixelsOf = [0, 1].map((wanted) => {
    const pixels: number[] = [];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== 0 && half[i] === wanted) pixels.push(i);
    }
    if (pixels.length === 0) {
      throw new DataError("checkerboard", `half ${wanted + 1} has no labelled pixel`);
    }
    return Uint32Array.from(pixels);
  });
  const labelsOf = pixelsOf.map((pixels) => Uint8Array.from(pixels, (pixel) => labels[pixel]!));
  const scores: CheckerboardScore[] = [];
  for (const seed of seeds) {
    for (const trained of [0, 1] as const) {
      const tested = 1 - trained;
      const answers = await classify(
        pixelsOf[trained]!,
        labelsOf[trained]!,
        pixelsOf[tested]!,
        seed,
      );
      const truth = labelsOf[tested]!;
      const usual = mostFrequent(labelsOf[trained]!);
      scores.push({
        half: trained === 0 ? 1 : 2,
        seed,
        trained: labelsOf[trained]!.length,
        tested: truth.length,
        accuracy: truth.filter((id, i) => id === answers[i]).length / truth.length,
        majority: truth.filter((id) => id === usual).length / truth.length,
      });
    }
  }
  return scores;
}

function mostFrequent(ids: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const id of ids) counts[id]!++;
  return counts.indexOf(Math.max(...counts));
}
