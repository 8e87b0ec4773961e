import { defaultRates } from "../consistency/groupedHmm.js";
import { probabilitySeries } from "../consistency/probabilitySeries.js";
import { IDS, SOURCE_NETWORK, seriesModel } from "../consistency/seriesModel.js";
import { type SoftLabels, softLabels } from "../consistency/softLabels.js";
import { mapFromProbabilities } from "../maps/yearMaps.js";
import type { OnProgress } from "../progress.js";
import { createRandom } from "../random.js";
import { BlockSet, type Blocks, openBlocks } from "../samples/blocks.js";
import { classCounts } from "../samples/classWeights.js";
import { readSamples, writeSamples } from "../samples/sampleFile.js";
import { emptyTable, type SampleTable } from "../samples/sampleTable.js";
import { softModel } from "../study/models.js";
import type { Study } from "../study/study.js";
import { predictYears } from "./predictYears.js";
import { SOFT_WEIGHT, softColumn } from "./softSeries.js";
import { type NetworkJob, type TrainingSummary, trainNetworks } from "./trainNetworks.js";

/**
 * Trains `multi-year-soft` where the study asks for it (`softLabels` above 0): the multi-year samples
 * and, as that share of all samples, changing pixels of the training blocks with soft labels, which
 * the grouped hidden Markov model gives from the probabilities of the trained multi-year network.
 * Writes samples/soft-multi-year.parquet. No reference enters.
 *
 * @param jobs those that were trained; the network takes the steps and tables of the multi-year one
 * @returns null where none is asked for or no pixel changes plausibly
 */
export async function trainSoftNetwork(
  study: Study,
  jobs: readonly NetworkJob[],
  options: { processes: number; onProgress?: OnProgress },
): Promise<TrainingSummary | null> {
  const { parameters, seed, years, folder, grid } = study;
  const job = jobs.find(({ model }) => model === SOURCE_NETWORK);
  if (parameters.softLabels === 0 || job === undefined) return null;
  const { length } = await readSamples(job.trainTable);
  const wanted = (length * parameters.softLabels) / (1 - parameters.softLabels);
  const blocks = await openBlocks(study);
  const most = Math.floor(wanted / years.length);
  const labels = await changingPixels(study, blocks, most, options.processes);
  if (labels.pixel.length === 0) return null;
  const softTable = folder.samples(`soft-${SOURCE_NETWORK}.parquet`);
  const { table, more } = softSamples(study, blocks, labels);
  await writeSamples(softTable, table, grid, more);
  const random = createRandom(seed).split(`network:${softModel}`);
  const soft = { ...job, model: softModel, softTable, seed: random.integer(2 ** 31) };
  const [summary] = await trainNetworks(study, [soft], options);
  return summary!;
}

async function changingPixels(
  study: Study,
  { set }: Blocks,
  most: number,
  processes: number,
): Promise<SoftLabels> {
  const { years, legend, grid, seed } = study;
  const percent: Uint8Array[] = [];
  const models = [{ model: SOURCE_NETWORK, years }];
  for await (const { probabilities } of predictYears(study, models, { processes })) {
    percent.push(probabilities);
  }
  const { width, height } = grid;
  const series = probabilitySeries({ years, classes: legend.length, width, height, percent });
  const classIds = legend.map(({ id }) => id);
  const { ids } = mapFromProbabilities(percent[0]!, classIds);
  const model = { ...(await seriesModel(study, classCounts(ids, IDS))), rates: defaultRates };
  const allowed = Uint8Array.from(set, (number) => (number === BlockSet.train ? 1 : 0));
  return softLabels(series, model, allowed, most, createRandom(seed).split("soft labels"));
}

/** A row a pixel and year: the most probable class, the weight, and the share of every class. */
function softSamples(
  { years, legend }: Study,
  { block }: Blocks,
  { pixel, targets, weights }: SoftLabels,
): { table: SampleTable; more: Record<string, Float32Array> } {
  const table = emptyTable(weights.length);
  const shares = legend.map(() => new Float32Array(table.length));
  for (let row = 0; row < table.length; row++) {
    const at = pixel[Math.floor(row / years.length)]!;
    const own = targets.subarray(row * legend.length, (row + 1) * legend.length);
    const best = own.indexOf(Math.max(...own));
    table.pixel[row] = at;
    table.year[row] = years[row % years.length]!;
    table.label[row] = legend[best]!.id;
    table.confidence[row] = own[best]!;
    table.block[row] = block[at]!;
    own.forEach((share, k) => {
      shares[k]![row] = share;
    });
  }
  const columns = legend.map(({ id }, k) => [softColumn(id), shares[k]!] as const);
  return { table, more: { ...Object.fromEntries(columns), [SOFT_WEIGHT]: weights } };
}
