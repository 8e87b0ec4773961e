import { rm } from "node:fs/promises";
import { mapFromProbabilities } from "../maps/yearMaps.js";
import type { NetworkKind } from "../network/networkKinds.js";
import { predictYears } from "../network/predictYears.js";
import { trainNetworks } from "../network/trainNetworks.js";
import { createRandom } from "../random.js";
import { writeSamples } from "../samples/sampleFile.js";
import { emptyTable, takeRows } from "../samples/sampleTable.js";
import type { Study } from "../study/study.js";
import type { PixelClassifier } from "./checkerboard.js";

/** Name of the network while it is tested; its files are removed afterwards. */
const MODEL = "checkerboard";

/** Most gradient steps; small label sets need more passes than the study's number of epochs. */
const STEPS = 600;

/**
 * How the networks learn here: the labels are asked for as they are, so no class weighs more, and a
 * tenth of the training pixels tells when to stop.
 */
const SETTINGS = { balanceClasses: false, batch: 128, epochs: 60, patience: 10 } as const;

/** A network on the series of one year; no pixel of the other half is seen before it is tested. */
export function networkClassifier(
  asked: Study,
  year: number,
  network: NetworkKind = asked.parameters.network,
): PixelClassifier {
  const study = { ...asked, parameters: { ...asked.parameters, ...SETTINGS, network } };
  return async (trainPixels, trainLabels, testPixels, seed) => {
    const { legend, grid, folder } = study;
    const table = emptyTable(trainPixels.length);
    table.pixel.set(trainPixels);
    table.label.set(trainLabels);
    table.year.fill(year);
    table.confidence.fill(1);
    const random = createRandom(seed).split("checkerboard network");
    const rows = random.shuffle(Uint32Array.from(trainPixels, (_, row) => row));
    const watching = Math.max(1, Math.floor(rows.length / 10));
    const tables = {
      trainTable: folder.samples(`train-${MODEL}.parquet`),
      validationTable: folder.samples(`validation-${MODEL}.parquet`),
    };
    await writeSamples(tables.trainTable, takeRows(table, rows.subarray(watching)), grid);
    await writeSamples(tables.validationTable, takeRows(table, rows.subarray(0, watching)), grid);
    const job = { model: MODEL, ...tables, steps: STEPS, seed: random.integer(2 ** 31) };
    try {
      await trainNetworks(study, [job], { processes: 1 });
      const answers = new Uint8Array(testPixels.length);
      for await (const { probabilities } of predictYears(study, [{ model: MODEL, years: [year] }], {
        processes: 1,
      })) {
        const { ids } = mapFromProbabilities(
          probabilities,
          legend.map(({ id }) => id),
        );
        for (let i = 0; i < testPixels.length; i++) answers[i] = ids[testPixels[i]!]!;
      }
      return answers;
    } finally {
      for (const path of [...Object.values(tables), folder.model(MODEL)]) {
        await rm(path, { recursive: true, force: true });
      }
    }
  };
}
