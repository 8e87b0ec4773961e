import { openCube } from "../cube/openCube.js";
import { readScaler } from "../cube/scaler.js";
import { readSequences } from "../cube/sequences.js";
import type { TaskContext } from "../parallel/tasks.js";
import { type PlainStudy, restoreStudy } from "../study/plainStudy.js";
import type { SeriesTask } from "./seriesPool.js";

/** Series [pixel][date][channel] of some pixels of a year; a task of `readSeriesPool`. */
export async function readTask(
  { year, pixels }: SeriesTask,
  { context }: TaskContext<PlainStudy>,
): Promise<Float32Array> {
  const study = restoreStudy(context);
  const [cube, scaler] = await Promise.all([openCube(study), readScaler(study)]);
  return readSequences(cube, year, pixels, scaler, { time: true });
}
