import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readScaler } from "../cube/scaler.js";
import { compiledKernel } from "../engine/lstmKernel.js";
import { loadTensorFlow } from "../engine/tensorflow.js";
import { DataError, ProcessError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Parameters } from "../manifest/manifest.js";
import type { TaskContext } from "../parallel/tasks.js";
import { createRandom, type Random } from "../random.js";
import { balancedClassWeights, classCounts } from "../samples/classWeights.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { writeCsv } from "../table/csv.js";
import { fileCheckpoint } from "./checkpoint.js";
import { compiledLearner } from "./compiledLearner.js";
import { engineMessage } from "./fallback.js";
import { initialWeights } from "./initialWeights.js";
import type { Learner } from "./learner.js";
import { buildNetwork } from "./model.js";
import { readNetworkFiles } from "./networkFiles.js";
import { type NetworkInputs, writeNetworkInputs } from "./networkInputs.js";
import { learnsCompiled, type NetworkShape, networkForm } from "./networkShape.js";
import { networkOnnx } from "./onnx.js";
import { type SeriesPool, takeSeries } from "./seriesPool.js";
import type { SeriesSet } from "./seriesSet.js";
import { joinSoft, withSoftLabels } from "./softSeries.js";
import { tensorflowLearner } from "./tensorflowLearner.js";
import { bestRow, trainNetwork } from "./train.js";
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

/** A network and the series that it finds its samples in. */
export interface TrainTask {
  readonly job: NetworkJob;
  readonly pool: SeriesPool;
  /** Cores that may compute it together. */
  readonly threads: number;
}

/** Trains one network in this process and writes its folder; a task of `trainNetworks`. */
export async function trainTask(
  { job, pool, threads }: TrainTask,
  { context, report }: TaskContext<PlainStudy>,
): Promise<TrainingSummary> {
  const study = restoreStudy(context);
  const send = (message: TrainingMessage) => report(message);
  const scaler = await readScaler(study);
  const hard = await takeSeries(study, pool, job.trainTable);
  const validation = await takeSeries(study, pool, job.validationTable);
  if (hard.length === 0) throw new DataError(job.trainTable, "holds no sample to train on");
  const training = job.softTable ? await withSoft(study, pool, hard, job.softTable) : hard;
  const { parameters } = study;
  const { batch, patience, jitterDays, dropDates } = parameters;
  const { dates, channels } = training;
  const classes = study.legend.map((entry) => entry.id);
  const random = createRandom(job.seed);
  const shape = { ...networkForm(parameters), dates, channels, classes: classes.length };
  const learner = await openLearner(shape, random.split("weights"), threads, report);
  const folder = study.folder.model(job.model);
  const checkpoint = join(folder, "checkpoint.bin");
  const rows = await trainNetwork(learner, training, validation, {
    steps: job.steps,
    batch,
    learningRate: parameters.learningRate,
    patience,
    ...(jitterDays > 0 || dropDates > 0 ? { augmentation: { jitterDays, dropDates } } : {}),
    checkpoint: fileCheckpoint(checkpoint, trainingIdentity(job, parameters, training, validation)),
    // A network of fewer samples passes over them several times between two validations, so that
    // all are validated equally often.
    stepsPerEpoch: Math.max(
      Math.ceil(training.length / batch),
      Math.ceil(job.steps / parameters.epochs),
    ),
    // Every class is asked for equally often; where the region has less of one, its samples weigh more.
    ...(parameters.balanceClasses
      ? { classWeights: balancedClassWeights(classCounts(hard.labels, classes.length)) }
      : {}),
    random,
    onStep: (step, epoch, loss) => send({ kind: "step", step, epoch, loss }),
  });
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
  await learner.save(folder);
  await writeOnnx(folder, { ...scaler, dates, classes }, study);
  await rm(checkpoint, { force: true });
  const kept = patience > 0 ? bestRow(rows) : rows.at(-1);
  const summary: TrainingSummary = {
    model: job.model,
    samples: training.length,
    validationSamples: validation.length,
    parameters: learner.parameters.length,
    steps: rows.at(-1)?.steps ?? 0,
    epochs: rows.length,
    loss: kept?.loss ?? null,
    validationLoss: kept?.validationLoss ?? null,
    validationAgreement: kept?.validationAgreement ?? null,
  };
  learner.dispose();
  return summary;
}

/** Checksum of all that decides what a training gives. */
function trainingIdentity(
  { steps, seed }: NetworkJob,
  parameters: Parameters,
  ...sets: SeriesSet[]
): string {
  const hash = createHash("sha256").update(JSON.stringify([steps, seed, parameters]));
  for (const { values, labels, targets, weights } of sets) {
    for (const part of [values, labels, targets, weights]) if (part) hash.update(part);
  }
  return hash.digest("hex");
}

/** Hard samples and behind them those of a table of soft labels. */
async function withSoft(
  study: Study,
  pool: SeriesPool,
  hard: SeriesSet,
  path: string,
): Promise<SeriesSet> {
  const soft = await withSoftLabels(await takeSeries(study, pool, path), path, study.legend);
  return joinSoft(hard, soft, study.legend.length);
}

/** Writes `model.onnx` beside a saved network, with what its user must know in the metadata. */
async function writeOnnx(folder: string, inputs: NetworkInputs, { legend }: Study): Promise<void> {
  const metadata = {
    classes: JSON.stringify(inputs.classes),
    names: JSON.stringify(legend.map(({ name }) => name)),
    channels: JSON.stringify(inputs.channels),
    low: JSON.stringify(inputs.low),
    high: JSON.stringify(inputs.high),
    preprocessing:
      "(value - low) / (high - low), cut to 0-1, of every channel; then valid flag, sine and cosine of the day of the year; a missing date is 0",
  };
  const onnx = networkOnnx(await readNetworkFiles(folder), metadata);
  await writeFileAtomic(join(folder, "model.onnx"), onnx);
}

/** A network with seeded weights that learns by the fastest way that this process has. */
async function openLearner(
  shape: NetworkShape,
  random: Random,
  threads: number,
  report: (message: unknown) => void,
): Promise<Learner> {
  const kernel = learnsCompiled(shape) ? compiledKernel() : null;
  if (kernel) return compiledLearner(kernel, shape, initialWeights(shape, random), threads);
  const engine = await loadTensorFlow({ announce: false });
  report(engineMessage(engine));
  if (engine.name === "wasm" && shape.kind === "tempcnn") {
    throw new ProcessError(
      "WASM backend",
      "has no gradient of convolutions: tempcnn cannot learn on it",
    );
  }
  return tensorflowLearner(engine, buildNetwork(engine, shape, random));
}
