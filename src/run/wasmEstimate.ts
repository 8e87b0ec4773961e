import { pixelCount } from "../raster/grid.js";
import { networkMaps, networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";

/**
 * Seconds of one core of the WASM backend for one date of one series and one product of channel and
 * unit (measured with an LSTM of 64 units on 10 channels).
 */
const secondsPerProduct = { train: 8e-9, predict: 1.3e-9 };

/** Channels of a series: ten bands, eight indices, flag and day of year. */
const channels = 21;

/** Minutes that the networks of a study take on the WASM backend, from above. */
export function wasmMinutes({ years, parameters, grid, workers }: Study): number {
  const { units, epochs, trainSamples, datesPerYear } = parameters;
  const products = (channels + units) * units * datesPerYear;
  const trained = networkModels(years).length * epochs * trainSamples;
  const maps = networkMaps(years).reduce((sum, { networks }) => sum + networks.length, 0);
  const work =
    trained * secondsPerProduct.train + maps * pixelCount(grid) * secondsPerProduct.predict;
  return Math.ceil((work * products) / workers / 60);
}
