import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cubeLayout } from "../../../src/cube/layout.js";
import { runTasks } from "../../../src/parallel/tasks.js";
import { gridDays } from "../../../src/scenes/mappingYear.js";
import type { Benchmark } from "../benchmark.js";
import { ours, python } from "../files.js";
import type { SceneTask } from "./sceneTask.js";
import { assets, columns, dates, stripGrid, strips } from "./strip.js";

/**
 * Cubes of two strips of a tile, 20 dates x 10 bands: masks, gap fill, percentiles of eight indices
 * and a zarr store, with two workers here and two processes there, files read from disk.
 */
export const cubeBenchmark: Benchmark = {
  name: "cube",
  // Every round writes gigabytes, and reads its files from disk again.
  rounds: 1,
  async writeData(folder, size) {
    const width = columns[size];
    const [, height] = strips[size];
    const { chunkRows, chunkColumns } = cubeLayout(stripGrid(width, height), 1);
    const plan = {
      columns: width,
      rows: height,
      strips: strips[size],
      days: [...gridDays(dates)],
      fine: Object.keys(assets).filter((name) => assets[name as keyof typeof assets] === 10),
      chunkRows,
      chunkColumns,
    };
    await writeFile(join(folder, "strip.json"), JSON.stringify(plan));
    await runTasks<SceneTask, void, undefined>({
      module: new URL("./sceneTask.js", import.meta.url),
      name: "writeScene",
      tasks: Array.from({ length: dates }, (_, scene) => ({ folder, scene, width, height })),
      context: undefined,
      workers: 2,
    });
  },
  programs: [
    { name: "phenocover", command: ours("cube/runCube.js") },
    { name: "rasterio + zarr", command: python("raster", "cube.py"), python: "rasterio" },
  ],
  asked: Object.values(strips)
    .flat()
    .map((rows) => ({ what: stripName(rows), peer: "rasterio + zarr", ratio: 1 })),
};

/** Name of the work on a strip. */
export function stripName(rows: number): string {
  return `cube, ${rows} rows`;
}
