import { gradientSteps } from "../network/networkJobs.js";
import { wasmSeconds } from "../network/wasmCost.js";
import { pixelCount } from "../raster/grid.js";
import { networkMaps, networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";

/** Minutes that the networks of a study take on the WASM backend, from above. */
export function wasmMinutes({ years, parameters, grid, workers }: Study): number {
  const { units, batch, trainSamples, datesPerYear } = parameters;
  const steps = gradientSteps(parameters, trainSamples);
  const trained = networkModels(years).length * steps * batch;
  const maps = networkMaps(years).reduce((sum, { networks }) => sum + networks.length, 0);
  const seconds =
    wasmSeconds("train", trained * datesPerYear, units) +
    wasmSeconds("predict", maps * pixelCount(grid) * datesPerYear, units);
  return Math.ceil(seconds / workers / 60);
}
