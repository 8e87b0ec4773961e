import { readFile } from "node:fs/promises";
import type { Cube } from "../cube/cube.js";
import { readScaler, type Scaler } from "../cube/scaler.js";
import { FileError } from "../errors.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import { nearestYear } from "../samples/reliable.js";
import type { YearProbabilities } from "../samples/stable.js";
import { type PlainStudy, plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import type { Forest } from "./forest.js";
import { readForest } from "./forestFile.js";
import { oneYearForest } from "./trainForests.js";

/** Forest maps of all years. */
export interface PseudoLabels {
  /** Every year by its own forest. */
  readonly forest: YearProbabilities;
  /** Every year by the forest of the label year. */
  readonly oneYear: YearProbabilities;
}

/** What the threads that map a year share. */
export interface MapContext {
  readonly study: PlainStudy;
  readonly scaler: Scaler;
  readonly year: number;
  readonly validCount: Uint16Array;
  readonly forests: readonly Forest[];
  /** One array a forest, 0-100 [class][pixel], filled by the threads. */
  readonly probabilities: readonly Uint8Array[];
}

/** Rows of the grid that one task reads. */
export interface MapTask {
  readonly row0: number;
  readonly row1: number;
}

/** Pixels of one task, at most: some 70 MB of features with 20 dates and 18 channels. */
const pixelsPerTask = 50_000;

/**
 * Maps every year with its own forest and with that of the label year, block by block in threads;
 * the blocks of a year are read once. Probabilities are vote shares in per cent, 0 throughout where
 * a pixel has no valid observation in the year.
 */
export async function pseudoLabels(
  study: Study,
  cube: Cube,
  options: { readonly onProgress?: OnProgress } = {},
): Promise<PseudoLabels> {
  const { years, grid, legend, workers, manifest } = study;
  const scaler = await readScaler(study);
  const labelYear = nearestYear(years, manifest.labels.year);
  const oneYear = await usableForest(study, oneYearForest, scaler, cube);
  const result = { forest: new Map<number, Uint8Array>(), oneYear: new Map<number, Uint8Array>() };
  const pixels = pixelCount(grid);
  const rows = Math.min(cube.chunkRows, Math.max(1, Math.floor(pixelsPerTask / grid.width)));
  const tasks = Array.from(
    { length: Math.ceil(grid.height / rows) },
    (_, t): MapTask => ({
      row0: t * rows,
      row1: Math.min(grid.height, (t + 1) * rows),
    }),
  );
  for (const [y, year] of years.entries()) {
    const own = await usableForest(study, `forest-${year}`, scaler, cube);
    const forests = year === labelYear ? [own] : [own, oneYear];
    const probabilities = forests.map(
      () => new Uint8Array(new SharedArrayBuffer(legend.length * pixels)),
    );
    await runTasks<MapTask, void, MapContext>({
      module: new URL("./mapTask.js", import.meta.url),
      name: "mapTask",
      tasks,
      context: {
        study: plainStudy(study),
        scaler,
        year,
        validCount: await cube.year(year).readValidCount(),
        forests,
        probabilities,
      },
      workers,
      onResult: (_index, _result, done) =>
        options.onProgress?.(
          y * tasks.length + done,
          years.length * tasks.length,
          `forest map of ${year}`,
        ),
    });
    result.forest.set(year, probabilities[0]!);
    result.oneYear.set(year, probabilities.at(-1)!);
  }
  return result;
}

/** Reads a forest and refuses one that was trained on another scaling, other channels or dates. */
async function usableForest(
  { folder, years }: Study,
  model: string,
  scaler: Scaler,
  cube: Cube,
): Promise<Forest> {
  const { forest } = await readForest(folder.model(model));
  const scalerFile = folder.model(model, "scaler.json");
  if (JSON.stringify(JSON.parse(await readFile(scalerFile, "utf8"))) !== JSON.stringify(scaler)) {
    throw new FileError(scalerFile, "differs from the cube's scaler, expected the same");
  }
  const features = scaler.channels.length * cube.year(years[0]!).days.length;
  if (forest.features !== features) {
    throw new FileError(
      folder.model(model, "forest.json"),
      `the forest has ${forest.features} features, the cube ${features}`,
    );
  }
  return forest;
}
