import type { LayersModel, Tensor2D, Tensor3D } from "@tensorflow/tfjs";
import type { Engine, TensorFlow } from "../engine/tensorflow.js";
import { DataError } from "../errors.js";
import type { Random } from "../random.js";
import { createAdam, learningRateAt } from "./adam.js";
import { batchOrder } from "./batches.js";
import { lossShares, sharedCrossEntropy } from "./lossShares.js";
import { logits } from "./model.js";
import { flatParameters } from "./parameters.js";
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
 * engine, seeds and sets give the same bytes.
 *
 * @throws DataError for sets that cannot be learnt from, before the first step
 */
export async function trainNetwork(
  engine: Engine,
  model: LayersModel,
  training: SeriesSet,
  validation: SeriesSet,
  options: TrainOptions,
): Promise<EpochRow[]> {
  const { tf } = engine;
  const { steps, batch, learningRate, schedule = "cosine", onStep } = options;
  const classes = model.outputs[0]!.shape[1]!;
  checkSeriesSet(training, classes, "training series");
  checkSeriesSet(validation, classes, "validation series");
  if (training.length === 0) throw new DataError("training series", "holds no sample");
  const shares = lossShares(training, classes, options.classWeights);
  const parameters = await flatParameters(tf, model);
  const adam = createAdam(parameters.values.length, options);
  const order = batchOrder(training.length, batch, options.random.split("batches"));
  const { stepsPerEpoch = Math.max(1, Math.ceil(training.length / batch)) } = options;
  const rows: EpochRow[] = [];
  let lossSum = 0;
  let lossSteps = 0;
  for (let step = 0; step < steps; step++) {
    const members = order.batch(step);
    const result = tf.tidy(() => {
      const series = seriesTensor(tf, training, members);
      const target = shares
        ? tf.tensor2d(shares(members), [batch, classes])
        : tf.oneHot(
            tf.tensor1d(
              Int32Array.from(members, (i) => training.labels[i]!),
              "int32",
            ),
            classes,
          );
      const { value, grads } = tf.variableGrads(() => {
        const scores = logits(model, series, { training: true });
        return shares
          ? sharedCrossEntropy(tf, target as Tensor2D, scores).asScalar()
          : tf.losses.softmaxCrossEntropy(target, scores).asScalar();
      }, [...parameters.variables]);
      return parameters.join(value, grads);
    });
    const numbers = await result.data<"float32">();
    result.dispose();
    const loss = numbers[0]!;
    const rate = learningRateAt(schedule, learningRate, step, steps);
    adam.update(parameters.values, numbers.subarray(1), rate);
    parameters.store();
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
        ...(await evaluate(tf, model, validation)),
      });
      lossSum = 0;
      lossSteps = 0;
    }
  }
  return rows;
}

/** Series of the given samples as a tensor [sample, date, channel]. */
function seriesTensor(tf: TensorFlow, set: SeriesSet, members: Uint32Array): Tensor3D {
  const size = set.dates * set.channels;
  const values = new Float32Array(members.length * size);
  for (let i = 0; i < members.length; i++) {
    values.set(set.values.subarray(members[i]! * size, (members[i]! + 1) * size), i * size);
  }
  return tf.tensor3d(values, [members.length, set.dates, set.channels]);
}

/** Weighted mean cross-entropy and share of equal labels over a set. */
async function evaluate(
  tf: TensorFlow,
  model: LayersModel,
  set: SeriesSet,
): Promise<Pick<EpochRow, "validationLoss" | "validationAgreement">> {
  if (set.length === 0) return { validationLoss: null, validationAgreement: null };
  const size = set.dates * set.channels;
  const shares = set.targets || set.weights ? lossShares(set, model.outputs[0]!.shape[1]!) : null;
  let loss = 0;
  let equal = 0;
  for (let from = 0; from < set.length; from += evaluationBatch) {
    const count = Math.min(evaluationBatch, set.length - from);
    const tensor = tf.tidy(() =>
      logits(
        model,
        tf.tensor3d(set.values.slice(from * size, (from + count) * size), [
          count,
          set.dates,
          set.channels,
        ]),
      ).logSoftmax(),
    );
    const scores = await tensor.data<"float32">();
    tensor.dispose();
    const classes = scores.length / count;
    const part = shares?.(Uint32Array.from({ length: count }, (_, i) => from + i));
    part?.forEach((share, i) => {
      if (share > 0) loss -= share * scores[i]!;
    });
    for (let i = 0; i < count; i++) {
      const row = scores.subarray(i * classes, (i + 1) * classes);
      const label = set.labels[from + i]!;
      if (!part) loss -= row[label]!;
      if (row.every((score, k) => k === label || score < row[label]!)) equal++;
    }
  }
  return { validationLoss: loss / set.length, validationAgreement: equal / set.length };
}
