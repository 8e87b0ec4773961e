import { openCube } from "../cube/openCube.js";
import { singleThread, startChatter } from "../engine/tensorflow.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import { type PlainStudy, plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { type EngineMessage, fallbackNotice } from "./fallback.js";
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

/** Pixels a task reads by default: 80 MB of series with 20 dates and 24 channels. */
const defaultPixels = 40_000;

/**
 * Applies networks to whole years and yields their maps year by year; every block of the cube is
 * read once for all networks of a year. The maps do not depend on the number of processes.
 *
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
  const total = models.reduce((sum, entry) => sum + entry.years.length, 0) * blocks;
  const onEngine = fallbackNotice(
    "predict",
    (total / blocks) * pixels * study.parameters.datesPerYear,
    study.parameters.units,
    processes,
  );
  let done = 0;
  const years = [...new Set(models.flatMap((entry) => entry.years))].sort((a, b) => a - b);
  for (const year of years) {
    const names = models.filter((m) => m.years.includes(year)).map((m) => m.model);
    const tasks = Array.from({ length: blocks }, (_, block): PredictTask => {
      const row0 = block * rows;
      return { year, row0, row1: Math.min(height, row0 + rows), models: names };
    });
    const maps = names.map(() => new Uint8Array(study.legend.length * pixels));
    await runTasks<PredictTask, Uint8Array[], PlainStudy>({
      module: new URL("./predictTask.js", import.meta.url),
      name: "predictTask",
      tasks,
      context: plainStudy(study),
      workers: processes,
      kind: "process",
      env: singleThread,
      ignoreStderr: startChatter,
      onMessage: (_, message) => {
        const report = message as EngineMessage | { kind: "block" };
        if (report.kind === "engine") onEngine(report);
        else onProgress?.(++done, total, `year ${year}`);
      },
      onResult: (index, parts) => {
        const { row0, row1 } = tasks[index]!;
        const count = (row1 - row0) * width;
        parts.forEach((part, m) => {
          for (let k = 0; k < study.legend.length; k++) {
            const plane = part.subarray(k * count, (k + 1) * count);
            maps[m]!.set(plane, k * pixels + row0 * width);
          }
        });
      },
    });
    for (let m = 0; m < names.length; m++) {
      yield { model: names[m]!, year, probabilities: maps[m]! };
    }
  }
}
