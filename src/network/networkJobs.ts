import { createRandom } from "../random.js";
import { readSamples } from "../samples/sampleFile.js";
import { networkModels } from "../study/models.js";
import type { Study } from "../study/study.js";
import type { NetworkJob } from "./trainNetworks.js";

/**
 * The networks that notebook 04 trains. Every one takes as many gradient steps as the first, so
 * that no network learns longer than another because its sample set is larger, and at least
 * `minSteps`: few samples need more passes.
 */
export async function networkJobs(study: Study): Promise<NetworkJob[]> {
  const { batch, epochs, minSteps } = study.parameters;
  const models = networkModels(study.years);
  const table = (part: "train" | "validation", model: string) =>
    study.folder.samples(`${part}-${model}.parquet`);
  const { length } = await readSamples(table("train", models[0]!));
  const steps = Math.max(minSteps, epochs * Math.ceil(length / batch));
  const random = createRandom(study.seed);
  return models.map((model) => ({
    model,
    trainTable: table("train", model),
    validationTable: table("validation", model),
    steps,
    seed: random.split(`network:${model}`).integer(2 ** 31),
  }));
}
