import { defaultRates, groupedClasses } from "../../../src/consistency/groupedHmm.js";
import { hmmClasses } from "../../../src/consistency/hmm.js";
import { classTransitions } from "../../../src/consistency/transitions.js";
import { defaultClasses } from "../../../src/manifest/defaultClasses.js";
import type { TaskFunction } from "../../../src/parallel/tasks.js";
import { classes, years } from "./consistencyBenchmark.js";

/** A run of pixels and the model that is applied to them. */
export interface BlockTask {
  readonly model: "grouped" | "plain";
  readonly first: number;
  readonly last: number;
}

/** Per cent [year][class][pixel] in shared memory. */
export interface BlockContext {
  readonly percent: Uint8Array;
  readonly pixels: number;
}

/** Classes of a run of pixels: pixels that change between the first two years. */
export const blockTask: TaskFunction<BlockTask, number, BlockContext> = (
  { model, first, last },
  { context },
) => {
  const { percent, pixels } = context;
  const width = last - first;
  const block = Array.from({ length: years }, (_, y) => {
    const out = new Uint8Array(classes * width);
    for (let k = 0; k < classes; k++) {
      const from = (y * classes + k) * pixels;
      out.set(percent.subarray(from + first, from + last), k * width);
    }
    return out;
  });
  const series = {
    years: Array.from({ length: years }, (_, y) => 2018 + y),
    classes,
    width,
    height: 1,
    percent: block,
  };
  const flat = new Float64Array(classes).fill(1 / classes);
  const matrix = classTransitions(defaultClasses, 0.03);
  const [before, after] =
    model === "plain"
      ? hmmClasses(series, { prior: flat, start: flat, transitions: [matrix, matrix] })
      : groupedClasses(series, {
          legend: defaultClasses,
          prior: flat,
          start: flat,
          rates: defaultRates,
          events: [new Uint8Array(width).fill(1), null],
        });
  let changed = 0;
  for (let pixel = 0; pixel < width; pixel++) if (before![pixel] !== after![pixel]) changed++;
  return changed;
};
