import type { Cube, CubeBlock } from "../../../src/cube/cube.js";
import { blockSequences } from "../../../src/cube/sequences.js";
import { openPredictor } from "../../../src/network/openPredictor.js";
import type { Predictor } from "../../../src/network/predict.js";
import type { TaskContext } from "../../../src/parallel/tasks.js";
import { bands, dates } from "../forest/seriesData.js";

/** Pixels of a block. */
export interface StoredPart {
  readonly first: number;
  readonly last: number;
}

/** A network's folder and a block in shared memory. */
export interface StoredSeries {
  readonly folder: string;
  readonly block: CubeBlock;
}

const names = Array.from({ length: bands }, (_, k) => `band ${k}`);
/** As much of a cube as its series need. */
const cube = {
  variables: names,
  channels: names,
  year: () => ({ days: Int32Array.from({ length: dates }, (_, i) => 1 + i) }),
} as unknown as Cube;
const scaler = { channels: names, low: names.map(() => 0), high: names.map(() => 1) };

let predictor: Promise<Predictor> | undefined;

/** Probabilities of some pixels from their stored integers. */
export async function storedTask(
  { first, last }: StoredPart,
  { context }: TaskContext<StoredSeries>,
): Promise<Float32Array> {
  predictor ??= openPredictor(context.folder, () => {});
  const series = blockSequences(cube, 2018, context.block, scaler, { time: false }, first, last);
  return (await predictor).predict(series);
}
