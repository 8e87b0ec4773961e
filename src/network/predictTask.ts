import type { LayersModel } from "@tensorflow/tfjs";
import type { Cube } from "../cube/cube.js";
import { openCube } from "../cube/openCube.js";
import { readScaler, type Scaler } from "../cube/scaler.js";
import { blockSequences } from "../cube/sequences.js";
import { type Engine, loadTensorFlow } from "../engine/tensorflow.js";
import type { TaskContext } from "../parallel/tasks.js";
import { writePercent } from "../study/percent.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { engineMessage } from "./fallback.js";
import { loadNetwork } from "./networkFiles.js";
import { checkNetworkInputs } from "./networkInputs.js";
import { predictNetwork } from "./predict.js";

/** Rows of one year to be predicted by several networks. */
export interface PredictTask {
  readonly year: number;
  readonly row0: number;
  readonly row1: number;
  readonly models: readonly string[];
}

/** What a process keeps between its tasks. */
interface Session {
  readonly study: Study;
  readonly engine: Engine;
  readonly cube: Cube;
  readonly scaler: Scaler;
  readonly networks: Map<string, LayersModel>;
  readonly validCounts: Map<number, Uint16Array>;
}

let session: Promise<Session> | undefined;

/** Probabilities in per cent of one block, model after model, each [class][pixel]; no-data pixels 0. */
export async function predictTask(
  task: PredictTask,
  { context, report }: TaskContext<PlainStudy>,
): Promise<Uint8Array[]> {
  session ??= openSession(context, report);
  const { study, engine, cube, scaler, networks, validCounts } = await session;
  const year = cube.year(task.year);
  const counts = validCounts.get(task.year) ?? (await year.readValidCount());
  validCounts.set(task.year, counts);
  const block = await year.readBlock(task.row0, task.row1);
  const series = blockSequences(cube, task.year, block, scaler, { time: true });
  const first = task.row0 * study.grid.width;
  const results: Uint8Array[] = [];
  for (const name of task.models) {
    const network = networks.get(name) ?? (await openNetwork(study, engine, cube, scaler, name));
    networks.set(name, network);
    const probabilities = await predictNetwork(engine, network, series);
    const classes = study.legend.length;
    const percent = new Uint8Array(classes * block.pixels);
    for (let pixel = 0; pixel < block.pixels; pixel++) {
      if (counts[first + pixel] === 0) continue;
      writePercent(probabilities, pixel * classes, classes, percent, pixel, block.pixels);
    }
    results.push(percent);
    report({ kind: "block" });
  }
  return results;
}

async function openSession(
  context: PlainStudy,
  report: (message: unknown) => void,
): Promise<Session> {
  const study = restoreStudy(context);
  const engine = await loadTensorFlow({ announce: false });
  report(engineMessage(engine));
  const [cube, scaler] = await Promise.all([openCube(study), readScaler(study)]);
  return { study, engine, cube, scaler, networks: new Map(), validCounts: new Map() };
}

async function openNetwork(
  study: Study,
  engine: Engine,
  cube: Cube,
  scaler: Scaler,
  name: string,
): Promise<LayersModel> {
  const folder = study.folder.model(name);
  await checkNetworkInputs(folder, {
    ...scaler,
    dates: cube.year(study.years[0]!).days.length,
    classes: study.legend.map((entry) => entry.id),
  });
  return loadNetwork(engine, folder);
}
