import { labelMapDescription } from "../maps/labelMap.js";
import { NO_PROBABILITY } from "../maps/yearMaps.js";
import { inSharedMemory } from "../parallel/shared.js";
import { openWorkers, type Workers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { openCog } from "../raster/openCog.js";
import type { Window } from "../raster/readRaster.js";
import type { Study } from "../study/study.js";
import type { ConsistencyContext, ConsistencyTask, ConsistentRows } from "./consistencyTask.js";
import { meanProbabilities } from "./meanProbabilities.js";
import { type ConsistencyMethod, consistencyMethods, DEFAULT_METHOD } from "./methods.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { BLOCK_ROWS, readSeries } from "./readSeries.js";
import { MEAN_NETWORKS, readRegionModel, SOURCE_NETWORK } from "./seriesModel.js";

/** Rows of maps that are held until they are compressed, bytes. */
const HELD_BYTES = 512e6;
/** Pixels of a task: what a method keeps of every pixel stays small. */
const TASK_PIXELS = 250_000;
/** Fewer pixels are done before a thread has started. */
const THREAD_PIXELS = 50_000;

/**
 * Applies every consistency method to the probabilities of the networks and writes
 * maps/<method>/<year>.tif; for the default method also <year>-confidence.tif and
 * change-confidence.tif (a band a pair of years: probability of the mapped change in per cent, 0
 * where the class stays). Files are written while rows are computed, in memory that does not depend on
 * their height. The maps do not depend on the number of workers. With fewer than two years nothing is
 * written.
 *
 * @returns the methods in table order
 */
export async function writeConsistencyMaps(
  study: Study,
  options: { workers: number; onProgress?: OnProgress },
): Promise<string[]> {
  if (study.years.length < 2) return [];
  const { workers, onProgress } = options;
  const { width, height } = study.grid;
  const context: ConsistencyContext = { model: await readRegionModel(study) };
  const pool = openWorkers<ConsistencyContext>({
    module: new URL("./consistencyTask.js", import.meta.url),
    context,
    workers,
    kind: width * height < THREAD_PIXELS ? "inline" : "thread",
  });
  const rows = Math.min(height, BLOCK_ROWS);
  const together = Math.max(1, Math.floor(HELD_BYTES / (4 * study.years.length * width * rows)));
  let done = 0;
  const total = consistencyMethods.length * height;
  const onRows = (count: number, method: string) => {
    done += count;
    onProgress?.(done, total, method);
  };
  try {
    for (let first = 0; first < consistencyMethods.length; first += together) {
      await applyMethods(study, consistencyMethods.slice(first, first + together), pool, onRows);
    }
  } finally {
    pool.close();
  }
  return consistencyMethods.map(({ name }) => name);
}

/** Writes the maps of some methods; every block of probabilities is read once for all of them. */
async function applyMethods(
  study: Study,
  methods: readonly ConsistencyMethod[],
  pool: Workers,
  onRows: (rows: number, method: string) => void,
): Promise<void> {
  const { height } = study.grid;
  const files = methods.map(({ name }) => openMethodMaps(study, name));
  try {
    for (let start = 0; start < height; start += BLOCK_ROWS) {
      const end = Math.min(height, start + BLOCK_ROWS);
      const blocks = await mapBlock(study, methods, [start, end], pool, onRows);
      for (const [n, file] of files.entries()) await file.append(blocks[n]!);
    }
    for (const file of files) await file.finish();
  } finally {
    for (const file of files) await file.discard();
  }
}

/** Maps of some rows by some methods. */
async function mapBlock(
  study: Study,
  methods: readonly ConsistencyMethod[],
  [start, end]: readonly [number, number],
  pool: Workers,
  onRows: (rows: number, method: string) => void,
): Promise<MethodMaps[]> {
  const { width, height } = study.grid;
  const maps = methods.map(({ name }) => emptyMaps(study, name, (end - start) * width));
  const margin = Math.max(...methods.map((method) => method.margin));
  const rows = Math.max(1, Math.floor(TASK_PIXELS / width));
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
        const own = maps[methods.findIndex(({ name }) => name === method)!]!;
        place(own, found!, (row0 - start) * width);
        onRows(row1 - row0, method);
      },
    });
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

/** Maps of a method over some rows. */
interface MethodMaps {
  readonly ids: readonly Uint8Array[];
  readonly confidence: readonly Uint8Array[];
  readonly change: readonly Uint8Array[];
}

function emptyMaps({ years }: Study, method: string, pixels: number): MethodMaps {
  const planes = (count: number) => Array.from({ length: count }, () => new Uint8Array(pixels));
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

/** The files of one method, to be written row by row. */
function openMethodMaps(study: Study, method: string) {
  const { grid, years, folder } = study;
  const common = { grid, nodata: NO_PROBABILITY, overviews: "nearest" } as const;
  const file = (name: string) => folder.map(method, `${name}.tif`);
  const isDefault = method === DEFAULT_METHOD;
  const ids = years.map((year) => openCog(file(String(year)), labelMapDescription(study)));
  const confidence = (isDefault ? years : []).map((year) =>
    openCog(file(`${year}-confidence`), { ...common, bandNames: ["confidence"] }),
  );
  const pairs = years.slice(1).map((to, n) => `${years[n]}-${to}`);
  const change = isDefault
    ? [openCog(file("change-confidence"), { ...common, bandNames: pairs })]
    : [];
  const files = [...ids, ...confidence, ...change];
  return {
    async append(maps: MethodMaps) {
      for (const [n, one] of ids.entries()) await one.append([maps.ids[n]!]);
      for (const [n, one] of confidence.entries()) await one.append([maps.confidence[n]!]);
      for (const one of change) await one.append(maps.change);
    },
    async finish() {
      for (const one of files) await one.finish();
    },
    async discard() {
      for (const one of files) await one.discard();
    },
  };
}
