import type { Cube } from "../cube/cube.js";
import { openCube } from "../cube/openCube.js";
import type { Scaler } from "../cube/scaler.js";
import { readScaler } from "../cube/scaler.js";
import { readSequences } from "../cube/sequences.js";
import { loadTensorFlow } from "../engine/tensorflow.js";
import { DataError, FileError } from "../errors.js";
import type { TaskContext } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import { readSamples } from "../samples/sampleFile.js";
import type { Study } from "../study/study.js";
import { writeCsv } from "../table/csv.js";
import { engineMessage } from "./fallback.js";
import { buildNetwork } from "./model.js";
import { saveNetwork } from "./networkFiles.js";
import { writeNetworkInputs } from "./networkInputs.js";
import { type PlainStudy, restoreStudy } from "./plainStudy.js";
import { type SeriesSet, trainNetwork } from "./train.js";
import type { NetworkJob, TrainingMessage, TrainingSummary } from "./trainNetworks.js";

/** Columns of `training.csv`. */
const columns = [
  "epoch",
  "steps",
  "learning_rate",
  "loss",
  "validation_loss",
  "validation_agreement",
];

/** Trains one network in this process and writes its folder; a task of `trainNetworks`. */
export async function trainTask(
  job: NetworkJob,
  { context, report }: TaskContext<PlainStudy>,
): Promise<TrainingSummary> {
  const study = restoreStudy(context);
  const engine = await loadTensorFlow({ announce: false });
  const send = (message: TrainingMessage) => report(message);
  report(engineMessage(engine));
  const cube = await openCube(study);
  const scaler = await readScaler(study);
  const training = await readSeries(study, cube, scaler, job.trainTable);
  if (training.length === 0) throw new DataError(job.trainTable, "holds no sample to train on");
  const validation = await readSeries(study, cube, scaler, job.validationTable);
  const { batch, learningRate, units } = study.parameters;
  const { dates, channels } = training;
  const classes = study.legend.map((entry) => entry.id);
  const random = createRandom(job.seed);
  const shape = { dates, channels, units, classes: classes.length };
  const model = buildNetwork(engine, shape, random.split("weights"));
  const rows = trainNetwork(engine, model, training, validation, {
    steps: job.steps,
    batch,
    learningRate,
    random,
    onStep: (step, epoch, loss) => send({ kind: "step", step, epoch, loss }),
  });
  const folder = study.folder.model(job.model);
  await writeNetworkInputs(folder, { ...scaler, dates, classes });
  await writeCsv(
    study.folder.model(job.model, "training.csv"),
    columns,
    rows.map((row) => ({
      epoch: row.epoch,
      steps: row.steps,
      learning_rate: row.learningRate,
      loss: row.loss,
      validation_loss: row.validationLoss,
      validation_agreement: row.validationAgreement,
    })),
  );
  await saveNetwork(engine, model, folder);
  const last = rows.at(-1);
  const summary: TrainingSummary = {
    model: job.model,
    engine: engine.name,
    samples: training.length,
    validationSamples: validation.length,
    parameters: model.countParams(),
    steps: job.steps,
    epochs: rows.length,
    loss: last?.loss ?? null,
    validationLoss: last?.validationLoss ?? null,
    validationAgreement: last?.validationAgreement ?? null,
  };
  model.dispose();
  return summary;
}

/** Series and output columns of the samples of a table, year by year out of the cube. */
async function readSeries(
  study: Study,
  cube: Cube,
  scaler: Scaler,
  path: string,
): Promise<SeriesSet> {
  const table = await readSamples(path);
  const column = new Map(study.legend.map((entry, index) => [entry.id, index]));
  const labels = Uint8Array.from(table.label, (id) => {
    const index = column.get(id);
    if (index === undefined) throw new FileError(path, `class ${id} is not in the legend`);
    return index;
  });
  const rowsOfYear = new Map<number, number[]>();
  for (let row = 0; row < table.length; row++) {
    const rows = rowsOfYear.get(table.year[row]!) ?? [];
    rows.push(row);
    rowsOfYear.set(table.year[row]!, rows);
  }
  const dates = study.parameters.datesPerYear;
  let values = new Float32Array(0);
  let size = 0;
  for (const [year, rows] of rowsOfYear) {
    const pixels = Uint32Array.from(rows, (row) => table.pixel[row]!);
    const sequences = await readSequences(cube, year, pixels, scaler, { time: true });
    if (size === 0) {
      size = sequences.length / rows.length;
      values = new Float32Array(table.length * size);
    }
    for (let i = 0; i < rows.length; i++) {
      values.set(sequences.subarray(i * size, (i + 1) * size), rows[i]! * size);
    }
  }
  return { length: table.length, dates, channels: size / dates, values, labels };
}
