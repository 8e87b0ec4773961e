import type { Study } from "../study/study.js";

/** Smallest number of samples a class takes part with. */
export const fewestSamples = 10;

/** Training samples a class and year should have: trainSamples / (classes x years). */
export function trainQuota(study: Study): number {
  const { legend, years, parameters } = study;
  return Math.floor(parameters.trainSamples / (legend.length * years.length));
}

/** Validation samples a class and year should have. */
export function validationQuota(study: Study): number {
  const { legend, years, parameters } = study;
  return Math.floor(parameters.validationSamples / (legend.length * years.length));
}

/**
 * Pixels below which a class's pool counts as starved, so that erosion and the vote share are
 * relaxed for it: the training quota, but in a small area no more than a tenth of an equal share
 * of its pixels.
 *
 * @param pixels pixels the pools are taken from
 */
export function classQuota(study: Study, pixels: number): number {
  return Math.min(trainQuota(study), Math.ceil(pixels / (10 * study.legend.length)));
}

/**
 * Samples to be drawn from a class and year: never more than a third of its stable pixels there.
 *
 * @param wanted {@link trainQuota} or {@link validationQuota}
 * @param stable stable pixels of the class in the set's blocks
 */
export function drawnQuota(wanted: number, stable: number): number {
  return Math.min(wanted, Math.floor(stable / 3));
}
