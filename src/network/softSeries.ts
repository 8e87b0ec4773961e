import type { Legend } from "../manifest/manifest.js";
import { readSamplesAnd } from "../samples/sampleFile.js";
import type { SeriesSet } from "./seriesSet.js";

/** Column of the weight of a soft label. */
export const SOFT_WEIGHT = "weight";

/** Column of the probability of a class. */
export function softColumn(id: number): string {
  return `p_${id}`;
}

/** The series of a table of soft labels with their targets and weights. */
export async function withSoftLabels(
  series: SeriesSet,
  path: string,
  legend: Legend,
): Promise<SeriesSet> {
  const columns = legend.map(({ id }) => softColumn(id));
  const { more } = await readSamplesAnd(path, [...columns, SOFT_WEIGHT]);
  const targets = new Float32Array(series.length * legend.length);
  columns.forEach((name, k) => {
    more[name]!.forEach((share, row) => {
      targets[row * legend.length + k] = share;
    });
  });
  return { ...series, targets, weights: more[SOFT_WEIGHT]! };
}

/** Samples of hard labels, each with weight 1, and behind them those of soft ones. */
export function joinSoft(hard: SeriesSet, soft: SeriesSet, classes: number): SeriesSet {
  const length = hard.length + soft.length;
  const targets = new Float32Array(length * classes);
  for (let i = 0; i < hard.length; i++) targets[i * classes + hard.labels[i]!] = 1;
  targets.set(soft.targets!, hard.length * classes);
  const values = new Float32Array(hard.values.length + soft.values.length);
  values.set(hard.values);
  values.set(soft.values, hard.values.length);
  const labels = new Uint8Array(length);
  labels.set(hard.labels);
  labels.set(soft.labels, hard.length);
  const weights = new Float32Array(length).fill(1);
  weights.set(soft.weights!, hard.length);
  return { length, dates: hard.dates, channels: hard.channels, values, labels, targets, weights };
}
