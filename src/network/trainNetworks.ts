import { compiledKernel } from "../engine/lstmKernel.js";
import { singleThread, startChatter } from "../engine/tensorflow.js";
import { openWorkers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { type PlainStudy, plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { type EngineMessage, fallbackNotice } from "./fallback.js";
import { learnsCompiled, networkForm } from "./networkShape.js";
import { readSeriesPool } from "./seriesPool.js";
import type { TrainTask } from "./trainTask.js";

/** One network to train. */
export interface NetworkJob {
  /** Name of the model and of its folder, such as `multi-year`. */
  readonly model: string;
  /** Parquet tables of the samples. */
  readonly trainTable: string;
  readonly validationTable: string;
  /** Samples with soft labels that are learnt from as well. */
  readonly softTable?: string;
  /** Gradient steps; equal steps make networks comparable. */
  readonly steps: number;
  /** Start of the weights and order of the samples. */
  readonly seed: number;
}

/** What a training gave; losses are natural-log cross-entropies. */
export interface TrainingSummary {
  readonly model: string;
  readonly samples: number;
  readonly validationSamples: number;
  readonly parameters: number;
  readonly steps: number;
  readonly epochs: number;
  readonly loss: number | null;
  readonly validationLoss: number | null;
  /** Share of validation samples with the label of their pseudo-label; no accuracy. */
  readonly validationAgreement: number | null;
}

/** What a child process reports while it trains. */
export interface TrainingMessage {
  readonly kind: "step";
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
}

/**
 * Trains networks at the same time, in threads where the compiled kernel does it, which also shares
 * one network among cores that are left over, else in child processes on one core each, and writes `models/<model>/`: `model.json`,
 * `weights.bin`, `scaler.json`, `training.csv`. The files do not depend on the number of processes.
 *
 * @throws DataError for a table without samples, FileError for a class outside the legend
 */
export async function trainNetworks(
  study: Study,
  jobs: readonly NetworkJob[],
  options: { processes: number; onProgress?: OnProgress },
): Promise<TrainingSummary[]> {
  const { processes, onProgress } = options;
  const steps = jobs.reduce((sum, job) => sum + job.steps, 0);
  const done = new Array<number>(jobs.length).fill(0);
  const { batch, datesPerYear, units } = study.parameters;
  const onEngine = fallbackNotice("train", steps * batch * datesPerYear, units, processes);
  const compiled = compiledKernel() && learnsCompiled(networkForm(study.parameters));
  const workers = openWorkers<PlainStudy>({
    module: new URL("./trainingTasks.js", import.meta.url),
    context: plainStudy(study),
    workers: Math.min(processes, jobs.length),
    kind: compiled ? "thread" : "process",
    env: singleThread,
    ignoreStderr: startChatter,
  });
  try {
    const tables = jobs.flatMap(({ trainTable, validationTable, softTable }) => [
      ...[trainTable, validationTable],
      ...(softTable ? [softTable] : []),
    ]);
    const pool = await readSeriesPool(study, workers, tables);
    const threads = Math.max(1, Math.floor(processes / jobs.length));
    const tasks = jobs.map((job): TrainTask => ({ job, pool, threads }));
    return await workers.run<TrainTask, TrainingSummary>("trainTask", tasks, {
      onMessage: (index, message) => {
        const report = message as EngineMessage | TrainingMessage;
        if (report.kind === "engine") return onEngine(report);
        const { step, epoch, loss } = report;
        done[index] = step;
        const sum = done.reduce((total, value) => total + value, 0);
        onProgress?.(sum, steps, `${jobs[index]!.model}: epoch ${epoch}, loss ${loss.toFixed(3)}`);
      },
    });
  } finally {
    workers.close();
  }
}
