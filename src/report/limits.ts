import { DEFAULT_METHOD } from "../consistency/methods.js";
import type { Study } from "../study/study.js";

/** What a reader has to know before using the figures of a study, in sentences. */
export function limits(study: Pick<Study, "manifest" | "legend" | "years">): string[] {
  const { images, reference, labels } = study.manifest;
  const sentences: string[] = [];
  if (images.kind === "simulated") {
    sentences.push(
      "The region is simulated: terrain, land cover, change, clouds and images come from a generator that draws on statistics of real Sentinel-2 series. Figures show how the method behaves on known truth, not how well it maps any real place.",
      "Rocks, Sand and Mineral are not separable in the spectra the simulator draws on; their separation is invented. Accuracy is therefore also given with the three merged.",
      "Validation is against the simulated truth on validation and test blocks, where nothing was trained. The simulator's own assumptions are shared by training and validation.",
      `The recommended maps (${DEFAULT_METHOD}) learn their rates from series without labels, but the form of the method was chosen on simulated regions 1 and 2, whose truth was in sight: what it gains there is no independent test.`,
    );
  }
  if (reference !== null && reference.kind === "raster") {
    sentences.push(
      "One reference raster stands for all years: it says nothing about change, and real change counts as error.",
    );
    if (labels.kind === "raster" && labels.path === reference.path) {
      sentences.push(
        labels.coarsen === undefined || labels.coarsen === null
          ? "Labels and reference are the same raster: the map of the labels is right by construction, and the other maps share its errors."
          : "The label source is a coarse form of the same raster, so labels and reference share their errors.",
      );
    }
  }
  if (reference !== null && reference.kind === "lucas") {
    sentences.push(
      "LUCAS observations of 2018 judge the maps of that year alone and say nothing about change; its classes differ from those of the maps at their borders (woodland from 10 % canopy, bare land below 10 % vegetation).",
    );
  }
  if (reference === null) sentences.push("There is no reference: accuracy is not known.");
  if (study.years.length === 1) {
    sentences.push("The study has one year: there is no agreement and no change to report.");
  } else {
    sentences.push(
      "Agreement counts real change as error, and a constant map scores 1: read it only beside accuracy and change scores.",
      "How the paper computed agreement per class is not stated; Dice stands beside its column.",
    );
  }
  sentences.push(
    "Intervals are two-sided 95 % from a bootstrap over spatial blocks of one region and one training seed; other regions and seeds vary more than they say.",
    "Pseudo-labels come from an old map with its own errors and mixed classes, which set the level of accuracy.",
  );
  return sentences;
}
