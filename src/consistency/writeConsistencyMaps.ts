import { writeLabelMap } from "../maps/labelMap.js";
import { NO_PROBABILITY } from "../maps/yearMaps.js";
import { inSharedMemory } from "../parallel/shared.js";
import { openWorkers, type Workers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import type { Window } from "../raster/readRaster.js";
import { writeCog } from "../raster/writeCog.js";
import type { Study } from "../study/study.js";
import type { ConsistencyContext, ConsistencyTask, ConsistentRows } from "./consistencyTask.js";
import { meanProbabilities } from "./meanProbabilities.js";
import { type ConsistencyMethod, consistencyMethods, DEFAULT_METHOD } from "./methods.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { BLOCK_ROWS, readSeries } from "./readSeries.js";
import { MEAN_NETWORKS, readRegionModel, SOURCE_NETWORK } from "./seriesModel.js";

/** Maps that are held until they are written, bytes. */
const HELD_BYTES = 512e6;
/** Pixels of a task: what a method keeps of every pixel stays small. */
const TASK_PIXELS = 250_000;
/** Fewer pixels are done before a thread has started. */
const THREAD_PIXELS = 50_000;

/**
 * Applies every consistency method to the probabilities of the networks and writes
 * maps/<method>/<year>.tif; for the default method also <year>-confidence.tif and
 * change-confidence.tif (a band a pair of years: probability of the mapped change in per cent, 0
 * where the class stays). The maps do not depend on the number of workers. With fewer than two years
 * nothing is written.
 *
 * @returns the methods in table order
 */
export async function writeConsistencyMaps(
  study: Study,
  options: { workers: number; onProgress?: OnProgress },
): Promise<string[]> {
  if (study.years.length < 2) return [];
  const { workers, onProgress } = options;
  const pixels = pixelCount(study.grid);
  const context: ConsistencyContext = { model: await readRegionModel(study) };
  const pool = openWorkers<ConsistencyContext>({
    module: new URL("./consistencyTask.js", import.meta.url),
    context,
    workers,
    kind: pixels < THREAD_PIXELS ? "inline" : "thread",
  });
  const together = Math.max(1, Math.floor(HELD_BYTES / (study.years.length * pixels)));
  let done = 0;
  const total = consistencyMethods.length * study.grid.height;
  const onRows = (rows: number, method: string) => {
    done += rows;
    onProgress?.(done, total, method);
  };
  try {
    for (let first = 0; first < consistencyMethods.length; first += together) {
      const methods = consistencyMethods.slice(first, first + together);
      const maps = await applyMethods(study, methods, pool, onRows);
      await Promise.all(methods.map(({ name }, n) => writeMaps(study, name, maps[n]!)));
    }
  } finally {
    pool.close();
  }
  return consistencyMethods.map(({ name }) => name);
}

/** Maps of some methods; every block of probabilities is read once for all of them. */
async function applyMethods(
  study: Study,
  methods: readonly ConsistencyMethod[],
  pool: Workers,
  onRows: (rows: number, method: string) => void,
): Promise<MethodMaps[]> {
  const { width, height } = study.grid;
  const maps = methods.map(({ name }) => emptyMaps(study, name));
  const margin = Math.max(...methods.map((method) => method.margin));
  const rows = Math.max(1, Math.floor(TASK_PIXELS / width));
  for (let start = 0; start < height; start += BLOCK_ROWS) {
    const end = Math.min(height, start + BLOCK_ROWS);
    const top = Math.max(0, start - margin);
    const window: Window = [0, top, width, Math.min(height, end + margin)];
    for (const source of ["network", "mean"] as const) {
      const readers = methods.filter((method) => method.source === source);
      if (readers.length === 0) continue;
      const series = await readSource(study, source, window);
      const tasks = readers.flatMap(({ name: method }) =>
        Array.from({ length: Math.ceil((end - start) / rows) }, (_, n): ConsistencyTask => {
          const row0 = start + n * rows;
          return { method, row0, row1: Math.min(end, row0 + rows), series, top };
        }),
      );
      await pool.run<ConsistencyTask, ConsistentRows | null>("consistencyTask", tasks, {
        onResult(index, found) {
          const { method, row0, row1 } = tasks[index]!;
          place(maps[methods.findIndex(({ name }) => name === method)!]!, found!, row0 * width);
          onRows(row1 - row0, method);
        },
      });
    }
  }
  return maps;
}

async function readSource(
  study: Study,
  source: ConsistencyMethod["source"],
  window: Window,
): Promise<ProbabilitySeries> {
  if (source === "network") return readSeries(study, SOURCE_NETWORK, window);
  const members = [];
  for (const network of MEAN_NETWORKS) members.push(await readSeries(study, network, window));
  const mean = meanProbabilities(members);
  return { ...mean, percent: mean.percent.map(inSharedMemory) };
}

/** Maps of a method over the whole grid. */
interface MethodMaps {
  readonly ids: readonly Uint8Array[];
  readonly confidence: readonly Uint8Array[];
  readonly change: readonly Uint8Array[];
}

function emptyMaps({ grid, years }: Study, method: string): MethodMaps {
  const planes = (count: number) =>
    Array.from({ length: count }, () => new Uint8Array(pixelCount(grid)));
  const extra = method === DEFAULT_METHOD ? years.length : 0;
  return {
    ids: planes(years.length),
    confidence: planes(extra),
    change: planes(Math.max(0, extra - 1)),
  };
}

function place(maps: MethodMaps, rows: ConsistentRows, at: number): void {
  const copy = (parts: readonly Uint8Array[] | null, into: readonly Uint8Array[]) => {
    for (const [n, part] of (parts ?? []).entries()) into[n]!.set(part, at);
  };
  copy(rows.ids, maps.ids);
  copy(rows.confidence, maps.confidence);
  copy(rows.change, maps.change);
}

async function writeMaps(study: Study, method: string, maps: MethodMaps): Promise<void> {
  const { grid, years, folder } = study;
  const common = { grid, nodata: NO_PROBABILITY, overviews: "nearest" } as const;
  for (const [n, year] of years.entries()) {
    await writeLabelMap(study, method, year, maps.ids[n]!);
    if (maps.confidence.length === 0) continue;
    await writeCog(folder.map(method, `${year}-confidence.tif`), {
      ...common,
      bands: [maps.confidence[n]!],
      bandNames: ["confidence"],
    });
  }
  if (maps.change.length === 0) return;
  await writeCog(folder.map(method, "change-confidence.tif"), {
    ...common,
    bands: maps.change,
    bandNames: years.slice(1).map((to, n) => `${years[n]}-${to}`),
  });
}
