import type { TaskFunction } from "../parallel/tasks.js";
import type { Forest } from "./forest.js";
import { taskRows } from "./predict.js";
import { voteRows } from "./vote.js";

/** What every worker that votes shares. */
export interface PredictContext {
  readonly forest: Forest;
  /** [n][features] */
  readonly values: Float32Array;
  /** [n][classes] */
  readonly shares: Float32Array;
}

/** Votes on the rows from the given one on. */
export const predictTask: TaskFunction<number, void, PredictContext> = (first, { context }) => {
  const { forest, values, shares } = context;
  const last = Math.min(values.length / forest.features, first + taskRows);
  voteRows(forest, values, first, last, shares);
};
