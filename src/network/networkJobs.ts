import type { Parameters } from "../manifest/manifest.js";
import { createRandom } from "../random.js";
import { readSamples } from "../samples/sampleFile.js";
import { networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";
import type { NetworkJob } from "./trainNetworks.js";

/** Gradient steps of every network of a study whose first one has so many samples. */
export function gradientSteps(
  { batch, epochs, minSteps }: Pick<Parameters, "batch" | "epochs" | "minSteps">,
  samples: number,
): number {
  return Math.max(minSteps, epochs * Math.ceil(samples / batch));
}

/**
 * The networks that notebook 04 trains. Every one takes as many gradient steps as the first, so
 * that no network learns longer than another because its sample set is larger, and at least
 * `minSteps`: few samples need more passes.
 */
export async function networkJobs(study: Study): Promise<NetworkJob[]> {
  const models = networkModels(study.years);
  const table = (part: "train" | "validation", model: string) =>
    study.folder.samples(`${part}-${model}.parquet`);
  const { length } = await readSamples(table("train", models[0]!));
  const steps = gradientSteps(study.parameters, length);
  const random = createRandom(study.seed);
  return models.map((model) => ({
    model,
    trainTable: table("train", model),
    validationTable: table("validation", model),
    steps,
    seed: random.split(`network:${model}`).integer(2 ** 31),
  }));
}
