import type { Manifest } from "../manifest/manifest.js";
import type { Overrides } from "../manifest/overrides.js";

/** How much of a study is computed: all of it, or enough to see every step work. */
export type Size = "small" | "full";

/** Side of a simulated region at size `small`, metres. */
const smallSide = 1400;

/** Parameters at size `small`; of a real region only those that do not depend on its samples. */
const smallParameters: Overrides = Object.freeze({ "parameters.trees": 20 });
const smallSimulation: Overrides = Object.freeze({
  ...smallParameters,
  "images.size": smallSide,
  "parameters.units": 32,
  "parameters.batch": 256,
  // So few steps must be long ones.
  "parameters.learningRate": 0.006,
  "parameters.epochs": 5,
  "parameters.minSteps": 60,
  "parameters.trainSamples": 6000,
  "parameters.validationSamples": 3000,
});

/** Manifest values that a size sets; a real region keeps its area. */
export function sizeOverrides(size: Size, images: Manifest["images"]["kind"]): Overrides {
  if (size === "full") return {};
  return images === "simulated" ? smallSimulation : smallParameters;
}
