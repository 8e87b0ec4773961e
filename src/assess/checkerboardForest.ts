import type { Cube } from "../cube/cube.js";
import { readScaler } from "../cube/scaler.js";
import { readSequences } from "../cube/sequences.js";
import { predictForest } from "../forest/predict.js";
import { trainForest } from "../forest/trainForest.js";
import { createRandom } from "../random.js";
import type { Study } from "../study/study.js";
import type { PixelClassifier } from "./checkerboard.js";

/** A forest on all channels and dates of one year, with the study's number of trees. */
export function forestClassifier(study: Study, cube: Cube, year: number): PixelClassifier {
  const { legend, parameters, workers } = study;
  return async (trainPixels, trainLabels, testPixels, seed) => {
    const scaler = await readScaler(study);
    const columns = Uint8Array.from(trainLabels, (label) =>
      legend.findIndex(({ id }) => id === label),
    );
    const values = await readSequences(cube, year, trainPixels, scaler, { time: false });
    const { forest } = await trainForest(values, values.length / trainPixels.length, columns, {
      classes: legend.length,
      random: createRandom(seed).split("checkerboard"),
      trees: parameters.trees,
      workers,
    });
    const tested = await readSequences(cube, year, testPixels, scaler, { time: false });
    const shares = await predictForest(forest, tested, { workers });
    return Uint8Array.from(testPixels, (_, row) => {
      let best = 0;
      for (let k = 1; k < legend.length; k++) {
        if (shares[row * legend.length + k]! > shares[row * legend.length + best]!) best = k;
      }
      return legend[best]!.id;
    });
  };
}
