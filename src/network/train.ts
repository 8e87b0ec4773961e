import { DataError } from "../errors.js";
import type { Random } from "../random.js";
import { createAdam, learningRateAt } from "./adam.js";
import { batchOrder } from "./batches.js";
import type { Learner } from "./learner.js";
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
  /** Order of the samples. */
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
 * learner, seeds and sets give the same bytes.
 *
 * @throws DataError for sets that cannot be learnt from, before the first step
 */
export async function trainNetwork(
  learner: Learner,
  training: SeriesSet,
  validation: SeriesSet,
  options: TrainOptions,
): Promise<EpochRow[]> {
  const { steps, batch, learningRate, schedule = "cosine", onStep } = options;
  const { classes, parameters } = learner;
  checkSeriesSet(training, classes, "training series");
  checkSeriesSet(validation, classes, "validation series");
  if (training.length === 0) throw new DataError("training series", "holds no sample");
  const shares = lossShares(training, classes, options.classWeights);
  const adam = createAdam(parameters.length, options);
  const order = batchOrder(training.length, batch, options.random.split("batches"));
  const { stepsPerEpoch = Math.max(1, Math.ceil(training.length / batch)) } = options;
  const rows: EpochRow[] = [];
  let lossSum = 0;
  let lossSteps = 0;
  for (let step = 0; step < steps; step++) {
    const numbers = await learner.lossAndGradient(training, order.batch(step), shares);
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
    if (last || done % stepsPerEpoch === 0) {
      rows.push({
        epoch,
        steps: done,
        learningRate: rate,
        loss: lossSum / lossSteps,
        ...(await evaluate(learner, validation)),
      });
      lossSum = 0;
      lossSteps = 0;
    }
  }
  return rows;
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
