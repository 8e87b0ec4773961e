import { inSharedMemory } from "../parallel/shared.js";
import { openWorkers, type Workers } from "../parallel/tasks.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import { windowGrid } from "../raster/readRaster.js";
import type { CubeLayout, PixelBlock, YearArrays } from "./layout.js";
import type { Build } from "./planBuild.js";
import type { YearPlan } from "./yearPlan.js";

/** What all workers of a build share. */
export interface BuildContext {
  /** Folder of the cube. */
  readonly folder: string;
  readonly grid: Grid;
  readonly bands: readonly string[];
  /** Number of scenes. */
  readonly scenes: number;
  readonly dates: number;
  readonly years: readonly YearPlan[];
  readonly layout: CubeLayout;
  readonly arrays: YearArrays;
  /** Events that touch every pixel of the grid, bit by bit; in shared memory. */
  readonly patterns: Uint8Array;
  /** Memory for the observations of any block: one for all, so that none waits to be collected. */
  readonly memory: { readonly values: SharedArrayBuffer; readonly valid: SharedArrayBuffer };
}

/** Observations of a block, shared by all workers. */
export interface Observations {
  readonly grid: Grid;
  readonly bands: readonly string[];
  readonly scenes: number;
  /** [row][scene][band][column], times 10 000: what a pixel needs lies close together. */
  readonly values: Int16Array;
  /** [row][scene][column], 1 = usable. */
  readonly valid: Uint8Array;
}

/** Starts the workers of a build; they run the functions of `buildTasks.ts`. */
export function openBuildWorkers(build: Build): Workers {
  const { study, scenes, bands, layout, arrays, years } = build;
  const { grid, folder, parameters } = study;
  const pixels =
    Math.min(layout.blockRows, grid.height) * Math.min(layout.blockColumns, grid.width);
  const context: BuildContext = {
    folder: folder.cube,
    grid,
    bands,
    scenes: scenes.length,
    dates: parameters.datesPerYear,
    years,
    layout,
    arrays,
    patterns: inSharedMemory(build.patterns),
    memory: {
      values: new SharedArrayBuffer(scenes.length * bands.length * pixels * 2),
      valid: new SharedArrayBuffer(scenes.length * pixels),
    },
  };
  const module = new URL("./buildTasks.js", import.meta.url);
  return openWorkers({ module, context, workers: study.workers });
}

/** The observations of a block in the shared memory. */
export function blockObservations(
  { grid, bands, scenes, memory }: BuildContext,
  { column0, row0, column1, row1 }: PixelBlock,
): Observations {
  const window = windowGrid(grid, [column0, row0, column1, row1]);
  const pixels = pixelCount(window);
  return {
    grid: window,
    bands,
    scenes,
    values: new Int16Array(memory.values, 0, scenes * bands.length * pixels),
    valid: new Uint8Array(memory.valid, 0, scenes * pixels),
  };
}
