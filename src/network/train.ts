import { DataError } from "../errors.js";
import type { Random } from "../random.js";
import { createAdam, learningRateAt } from "./adam.js";
import { type Augmentation, augmentSeries } from "./augment.js";
import { batchOrder } from "./batches.js";
import type { Checkpoint } from "./checkpoint.js";
import { gatherSeries, type Learner } from "./learner.js";
import { lossShares } from "./lossShares.js";
import { checkSeriesSet, type SeriesSet } from "./seriesSet.js";

/** Settings of {@link trainNetwork}. */
export interface TrainOptions {
  /** Number of gradient steps. */
  readonly steps: number;
  /** Samples a step. */
  readonly batch: number;
  /** Highest learning rate. */
  readonly learningRate: number;
  readonly schedule?: "constant" | "cosine";
  readonly weightDecay?: number;
  readonly maxNorm?: number;
  /** Weight of each class in the training loss, in the order of the outputs; 1 without them. */
  readonly classWeights?: ArrayLike<number>;
  /** Steps between two validations; one pass over the samples unless given. */
  readonly stepsPerEpoch?: number;
  /**
   * Validations without a lower loss after which training stops, with the network as it was at the
   * lowest; 0 trains all steps and keeps the last network.
   */
  readonly patience?: number;
  /** Changes to the series of every batch. */
  readonly augmentation?: Augmentation;
  /** Where the state of every epoch is kept and an interrupted training continues from. */
  readonly checkpoint?: Checkpoint;
  /** Order of the samples, dropout and augmentation. */
  readonly random: Random;
  /** Called every few steps with the mean loss since the last epoch. */
  readonly onStep?: (step: number, epoch: number, loss: number) => void;
}

/** State after the steps of an epoch (the last one may be shorter). */
export interface EpochRow {
  readonly epoch: number;
  /** Gradient steps so far. */
  readonly steps: number;
  readonly learningRate: number;
  /** Mean cross-entropy over the epoch's batches, natural logarithm. */
  readonly loss: number;
  /** Cross-entropy and share of equal labels on the validation samples; null without any. */
  readonly validationLoss: number | null;
  readonly validationAgreement: number | null;
}

/** Steps between two calls of `onStep`. */
const stepsPerReport = 5;

/** Samples a pass when a set is only evaluated. */
const evaluationBatch = 2048;

/**
 * Trains a network in place by `steps` gradient steps of Adam on the softmax cross-entropy to the
 * labels or, where the set has them, to its soft labels, each sample with its weight. The same
 * learner, seeds and sets give the same bytes, also when a training is continued from a checkpoint.
 *
 * @throws DataError for sets that cannot be learnt from, before the first step
 */
export async function trainNetwork(
  learner: Learner,
  training: SeriesSet,
  validation: SeriesSet,
  options: TrainOptions,
): Promise<EpochRow[]> {
  const { steps, batch, learningRate, schedule = "cosine", patience = 0, onStep } = options;
  const { classes, parameters } = learner;
  checkSeriesSet(training, classes, "training series");
  checkSeriesSet(validation, classes, "validation series");
  if (training.length === 0) throw new DataError("training series", "holds no sample");
  const { labels, targets } = training;
  if (!targets && labels.every((label) => label === labels[0])) {
    const problem = `all ${labels.length} samples have class column ${labels[0]}, expected two or more classes`;
    throw new DataError("training series", problem);
  }
  const { stepsPerEpoch = Math.max(1, Math.ceil(training.length / batch)) } = options;
  const batches = batchReader(training, classes, options);
  const dropout = options.random.split("dropout");
  const start = (await options.checkpoint?.load()) ?? null;
  if (start) learner.restore(start.learner);
  const adam = createAdam(parameters.length, options, start?.adam);
  const rows = [...(start?.rows ?? [])];
  const watched = patience > 0 && validation.length > 0;
  let best = start?.best ?? null;
  let lossSum = 0;
  let lossSteps = 0;
  for (let step = rows.at(-1)?.steps ?? 0; step < steps; step++) {
    if (watched && rows.length - rows.indexOf(bestRow(rows)!) > patience) break;
    const { series, shares } = batches(step);
    const numbers = await learner.lossAndGradient(series, shares, dropout.split(step));
    const loss = numbers[0]!;
    const rate = learningRateAt(schedule, learningRate, step, steps);
    adam.update(parameters, numbers.subarray(1), rate);
    learner.store();
    lossSum += loss;
    lossSteps++;
    const done = step + 1;
    const last = done === steps;
    const epoch = Math.ceil(done / stepsPerEpoch);
    if (last || done % stepsPerReport === 0) onStep?.(done, epoch, lossSum / lossSteps);
    if (!last && done % stepsPerEpoch !== 0) continue;
    rows.push({
      epoch,
      steps: done,
      learningRate: rate,
      loss: lossSum / lossSteps,
      ...(await evaluate(learner, validation)),
    });
    lossSum = 0;
    lossSteps = 0;
    if (watched && bestRow(rows) === rows.at(-1)) best = await learner.state();
    if (options.checkpoint) {
      const state = { rows, learner: await learner.state(), adam: adam.state(), best };
      await options.checkpoint.save(state);
    }
  }
  if (best) learner.restore(best);
  return rows;
}

/** The first row of the lowest validation loss; undefined where there is none. */
export function bestRow(rows: readonly EpochRow[]): EpochRow | undefined {
  const loss = (row: EpochRow) => row.validationLoss ?? Number.POSITIVE_INFINITY;
  return rows.reduce<EpochRow | undefined>(
    (best, row) => (best && loss(best) <= loss(row) ? best : row),
    undefined,
  );
}

/** Series and shares of the loss of the samples of a step; the series are valid until the next call. */
function batchReader(
  training: SeriesSet,
  classes: number,
  { batch, classWeights, augmentation, random }: TrainOptions,
): (step: number) => { series: Float32Array; shares: Float32Array } {
  const { dates, channels } = training;
  const shares = lossShares(training, classes, classWeights);
  const order = batchOrder(training.length, batch, random.split("batches"));
  const changes = random.split("augmentation");
  const series = new Float32Array(batch * dates * channels);
  return (step) => {
    const members = order.batch(step);
    gatherSeries(training, members, series);
    if (augmentation) augmentSeries(series, dates, channels, augmentation, changes.split(step));
    return { series, shares: shares(members) };
  };
}

/** Weighted mean cross-entropy and share of equal labels over a set. */
async function evaluate(
  learner: Learner,
  set: SeriesSet,
): Promise<Pick<EpochRow, "validationLoss" | "validationAgreement">> {
  if (set.length === 0) return { validationLoss: null, validationAgreement: null };
  const { classes } = learner;
  const size = set.dates * set.channels;
  const shares = set.targets || set.weights ? lossShares(set, classes) : null;
  let loss = 0;
  let equal = 0;
  for (let from = 0; from < set.length; from += evaluationBatch) {
    const count = Math.min(evaluationBatch, set.length - from);
    const scores = await learner.scores(set.values.subarray(from * size, (from + count) * size));
    const part = shares?.(Uint32Array.from({ length: count }, (_, i) => from + i));
    for (let i = 0; i < count; i++) {
      const row = scores.subarray(i * classes, (i + 1) * classes);
      const label = set.labels[from + i]!;
      const norm = logSumOfPowers(row);
      if (part) {
        for (let k = 0; k < classes; k++) {
          const share = part[i * classes + k]!;
          if (share > 0) loss += share * (norm - row[k]!);
        }
      } else loss += norm - row[label]!;
      if (row.every((score, k) => k === label || score < row[label]!)) equal++;
    }
  }
  return { validationLoss: loss / set.length, validationAgreement: equal / set.length };
}

function logSumOfPowers(scores: Float32Array): number {
  const highest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
}
