import { openCube } from "../cube/openCube.js";
import { singleThread, startChatter } from "../engine/tensorflow.js";
import { openWorkers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import { type PlainStudy, plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { type EngineMessage, fallbackNotice } from "./fallback.js";
import { predictsCompiled } from "./openPredictor.js";
import type { PredictTask } from "./predictTask.js";

/** A trained network and the years it is applied to. */
export interface ModelYears {
  readonly model: string;
  readonly years: readonly number[];
}

/** How networks are applied. */
export interface PredictOptions {
  /** Workers: threads where all networks are computed by the compiled kernel, else processes. */
  readonly processes: number;
  readonly onProgress?: OnProgress;
  /** Pixels of a block, at least one row of the cube's chunks. */
  readonly pixelsPerTask?: number;
}

/** Some full rows of the maps of a year. */
export interface RowsPrediction {
  readonly year: number;
  readonly row0: number;
  /** Not included. */
  readonly row1: number;
  /** Per cent of every network of the year, [class][pixel] with classes in legend order; 0 throughout where the cube has no data. */
  readonly probabilities: ReadonlyMap<string, Uint8Array>;
}

/** Pixels of a task by default, at least one row of the cube's chunks: small enough for every worker to get some. */
const defaultPixels = 10_000;

/** Blocks that may be computed or wait, a worker, so that none waits while maps are written. */
const blocksPerWorker = 2;

/**
 * Applies networks to whole years and yields their maps some rows at a time, year after year from
 * top to bottom, in memory that does not depend on the number of rows. Every block of the cube is
 * read once for all networks of a year. The maps do not depend on the number of workers.
 *
 * @throws FileError when a network was trained on another scaling, other channels or classes
 */
export async function* predictRows(
  study: Study,
  models: readonly ModelYears[],
  options: PredictOptions,
): AsyncGenerator<RowsPrediction> {
  const { processes, onProgress, pixelsPerTask = defaultPixels } = options;
  const { width, height } = study.grid;
  const { chunkRows } = await openCube(study);
  const rows = chunkRows * Math.max(1, Math.floor(pixelsPerTask / width / chunkRows));
  const blocks = Math.ceil(height / rows);
  const maps = models.reduce((sum, entry) => sum + entry.years.length, 0);
  const years = [...new Set(models.flatMap((entry) => entry.years))].sort((a, b) => a - b);
  const tasks = years.flatMap((year) => {
    const names = models.filter((m) => m.years.includes(year)).map((m) => m.model);
    return Array.from({ length: blocks }, (_, block): PredictTask => {
      const row0 = block * rows;
      return { year, row0, row1: Math.min(height, row0 + rows), models: names };
    });
  });
  const { datesPerYear, units } = study.parameters;
  const steps = maps * pixelCount(study.grid) * datesPerYear;
  const onEngine = fallbackNotice("predict", steps, units, processes);
  const compiled = await Promise.all(
    models.map(({ model }) => predictsCompiled(study.folder.model(model))),
  );
  const count = Math.min(processes, blocks);
  const workers = openWorkers<PlainStudy>({
    module: new URL("./predictTask.js", import.meta.url),
    context: plainStudy(study),
    workers: count,
    kind: compiled.every(Boolean) ? "thread" : "process",
    env: singleThread,
    ignoreStderr: startChatter,
  });
  try {
    const results = workers.stream<PredictTask, Uint8Array[]>("predictTask", tasks, {
      ahead: blocksPerWorker * count,
      onMessage: (_, message) => onEngine(message as EngineMessage),
    });
    let next = 0;
    let done = 0;
    for await (const parts of results) {
      const { year, row0, row1, models: names } = tasks[next++]!;
      done += names.length;
      onProgress?.(done, maps * blocks, `year ${year}`);
      yield { year, row0, row1, probabilities: new Map(names.map((name, m) => [name, parts[m]!])) };
    }
  } finally {
    workers.close();
  }
}
