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

/** The map of one network and year. */
export interface YearPrediction {
  readonly model: string;
  readonly year: number;
  /** Per cent, [class][pixel] with classes in legend order; 0 throughout where the cube has no data. */
  readonly probabilities: Uint8Array;
}

/** Pixels of a task by default, at least one row of the cube's chunks: small enough for every worker to get some. */
const defaultPixels = 10_000;

/**
 * Applies networks to whole years and yields their maps year by year; every block of the cube is
 * read once for all networks of a year, and the next year is computed while one is being used. The
 * maps do not depend on the number of workers.
 *
 * @param options.processes workers: threads where all networks are computed by the compiled kernel,
 * else processes
 * @param options.pixelsPerTask pixels of a block, at least one row of the cube's chunks
 * @throws FileError when a network was trained on another scaling, other channels or classes
 */
export async function* predictYears(
  study: Study,
  models: readonly ModelYears[],
  options: { processes: number; onProgress?: OnProgress; pixelsPerTask?: number },
): AsyncGenerator<YearPrediction> {
  const { processes, onProgress, pixelsPerTask = defaultPixels } = options;
  const { width, height } = study.grid;
  const pixels = pixelCount(study.grid);
  const { chunkRows } = await openCube(study);
  const rows = chunkRows * Math.max(1, Math.floor(pixelsPerTask / width / chunkRows));
  const blocks = Math.ceil(height / rows);
  const maps = models.reduce((sum, entry) => sum + entry.years.length, 0);
  const { datesPerYear, units } = study.parameters;
  const onEngine = fallbackNotice("predict", maps * pixels * datesPerYear, units, processes);
  const compiled = await Promise.all(
    models.map(({ model }) => predictsCompiled(study.folder.model(model))),
  );
  const workers = openWorkers<PlainStudy>({
    module: new URL("./predictTask.js", import.meta.url),
    context: plainStudy(study),
    workers: Math.min(processes, blocks),
    kind: compiled.every(Boolean) ? "thread" : "process",
    env: singleThread,
    ignoreStderr: startChatter,
  });
  let done = 0;
  const predictYear = async (year: number): Promise<YearPrediction[]> => {
    const names = models.filter((m) => m.years.includes(year)).map((m) => m.model);
    const tasks = Array.from({ length: blocks }, (_, block): PredictTask => {
      const row0 = block * rows;
      return { year, row0, row1: Math.min(height, row0 + rows), models: names };
    });
    const planes = names.map(() => new Uint8Array(study.legend.length * pixels));
    await workers.run<PredictTask, Uint8Array[]>("predictTask", tasks, {
      onMessage: (_, message) => onEngine(message as EngineMessage),
      onResult: (index, parts) => {
        const { row0, row1 } = tasks[index]!;
        const count = (row1 - row0) * width;
        parts.forEach((part, m) => {
          for (let k = 0; k < study.legend.length; k++) {
            const plane = part.subarray(k * count, (k + 1) * count);
            planes[m]!.set(plane, k * pixels + row0 * width);
          }
        });
        done += names.length;
        onProgress?.(done, maps * blocks, `year ${year}`);
      },
    });
    return names.map((model, m) => ({ model, year, probabilities: planes[m]! }));
  };
  const years = [...new Set(models.flatMap((entry) => entry.years))].sort((a, b) => a - b);
  try {
    let running = years.length > 0 ? predictYear(years[0]!) : Promise.resolve([]);
    for (let y = 0; y < years.length; y++) {
      const found = await running;
      if (y + 1 < years.length) {
        running = predictYear(years[y + 1]!);
        // Awaited in the next turn; until then a failure must not count as unhandled.
        running.catch(() => {});
      }
      yield* found;
    }
  } finally {
    workers.close();
  }
}
