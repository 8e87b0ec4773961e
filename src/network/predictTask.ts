import type { Cube } from "../cube/cube.js";
import { openCube } from "../cube/openCube.js";
import { readScaler, type Scaler } from "../cube/scaler.js";
import { blockSequences } from "../cube/sequences.js";
import type { Engine } from "../engine/tensorflow.js";
import type { TaskContext } from "../parallel/tasks.js";
import { writePercent } from "../study/percent.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { engineMessage } from "./fallback.js";
import { checkNetworkInputs } from "./networkInputs.js";
import { openPredictor } from "./openPredictor.js";
import type { Predictor } from "./predict.js";

/** Rows of one year to be predicted by several networks. */
export interface PredictTask {
  readonly year: number;
  readonly row0: number;
  readonly row1: number;
  readonly models: readonly string[];
}

/** What a worker keeps between its tasks. */
interface Session {
  readonly study: Study;
  readonly cube: Cube;
  readonly scaler: Scaler;
  readonly networks: Map<string, Predictor>;
}

let session: Promise<Session> | undefined;

/** Pixels whose series are in memory at once: 31 MB with 20 dates and 21 channels. */
const seriesTogether = 18_432;

/** Probabilities in per cent of one block, model after model, each [class][pixel]; no-data pixels 0. */
export async function predictTask(
  task: PredictTask,
  { context, report }: TaskContext<PlainStudy>,
): Promise<Uint8Array[]> {
  session ??= openSession(context);
  const { study, cube, scaler, networks } = await session;
  const year = cube.year(task.year);
  const counts = await year.readValidCount(task.row0, task.row1);
  for (const name of task.models) {
    if (networks.has(name)) continue;
    await checkInputs(study, cube, scaler, name);
    const onEngine = (engine: Engine) => report(engineMessage(engine));
    networks.set(name, await openPredictor(study.folder.model(name), onEngine));
  }
  const block = await year.readBlock(task.row0, task.row1);
  const classes = study.legend.length;
  const results = task.models.map(() => new Uint8Array(classes * block.pixels));
  for (let first = 0; first < block.pixels; first += seriesTogether) {
    const last = Math.min(block.pixels, first + seriesTogether);
    const series = blockSequences(cube, task.year, block, scaler, { time: true }, first, last);
    for (const [m, name] of task.models.entries()) {
      const probabilities = await networks.get(name)!.predict(series);
      for (let pixel = first; pixel < last; pixel++) {
        if (counts[pixel] === 0) continue;
        const from = (pixel - first) * classes;
        writePercent(probabilities, from, classes, results[m]!, pixel, block.pixels);
      }
    }
  }
  return results;
}

async function openSession(context: PlainStudy): Promise<Session> {
  const study = restoreStudy(context);
  const [cube, scaler] = await Promise.all([openCube(study), readScaler(study)]);
  return { study, cube, scaler, networks: new Map() };
}

async function checkInputs(study: Study, cube: Cube, scaler: Scaler, name: string): Promise<void> {
  await checkNetworkInputs(study.folder.model(name), {
    ...scaler,
    dates: cube.year(study.years[0]!).days.length,
    classes: study.legend.map((entry) => entry.id),
  });
}
