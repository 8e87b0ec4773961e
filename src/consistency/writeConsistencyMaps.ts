import { writeLabelMap } from "../maps/labelMap.js";
import { NO_PROBABILITY } from "../maps/yearMaps.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import { writeCog } from "../raster/writeCog.js";
import { plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import type { ConsistencyContext, ConsistencyTask, ConsistentRows } from "./consistencyTask.js";
import { consistencyMethods, DEFAULT_METHOD } from "./methods.js";
import { readSeriesModel } from "./seriesModel.js";

/** Rows of a block: a whole number of tiles of the probability files. */
const BLOCK_ROWS = 512;

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
  const model = await readSeriesModel(study);
  const { height, width } = study.grid;
  const blocks = Math.ceil(height / BLOCK_ROWS);
  const names = consistencyMethods.map(({ name }) => name);
  const tasks = names.flatMap((method) =>
    Array.from({ length: blocks }, (_, block): ConsistencyTask => {
      const row0 = block * BLOCK_ROWS;
      return { method, row0, row1: Math.min(height, row0 + BLOCK_ROWS) };
    }),
  );
  const open = new Map<string, { maps: MethodMaps; left: number }>();
  const writing: Promise<void>[] = [];
  await runTasks<ConsistencyTask, ConsistentRows | null, ConsistencyContext>({
    module: new URL("./consistencyTask.js", import.meta.url),
    name: "consistencyTask",
    tasks,
    context: { study: plainStudy(study), model },
    workers: options.workers,
    onResult: (index, rows, done) => {
      const { method, row0 } = tasks[index]!;
      const entry = open.get(method) ?? { maps: emptyMaps(study, method), left: blocks };
      open.set(method, entry);
      place(entry.maps, rows!, row0 * width);
      options.onProgress?.(done, tasks.length, method);
      if (--entry.left > 0) return;
      open.delete(method);
      writing.push(writeMaps(study, method, entry.maps));
    },
  });
  await Promise.all(writing);
  return names;
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
