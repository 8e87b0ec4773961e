import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { DataError, FileError } from "../errors.js";
import { isRemote } from "../http/http.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import { epochDay, mappingYear } from "../scenes/mappingYear.js";
import type { Scene, SceneDecision } from "../scenes/scene.js";
import type { Study } from "../study/study.js";
import { eventPatterns } from "./eventPatterns.js";
import { type CubeLayout, cubeLayout, type YearArrays, yearArrays } from "./layout.js";
import { featureNames } from "./pixelStatistics.js";
import { seriesDates } from "./seriesDates.js";
import { planYear, sceneDays, type YearPlan } from "./yearPlan.js";

/** Changes when the same inputs give another cube. */
const cubeVersion = 3;

/**
 * Work done and to be done, in pixels times scenes: reading a scene counts once, filling it 2.5
 * times, as they take.
 */
export interface BuildProgress {
  done: number;
  readonly total: number;
  readonly report: OnProgress | undefined;
}

/** Work of filling a pixel against that of reading it. */
export const fillWork = 2.5;
/** Share of the whole work that fitting the scaler takes. */
export const scalerWork = 0.08;

/** A scene of the cube. */
export interface CubeScene {
  readonly scene: Scene;
  /** Position among the scenes of the cube. */
  readonly position: number;
  /** Digital numbers added to stored values. */
  readonly offset: number;
  /** Versions of its files on the network. */
  readonly versions: readonly string[];
}

/** All that is settled before the first pixel is read. */
export interface Build {
  readonly study: Study;
  readonly scenes: readonly CubeScene[];
  readonly bands: readonly string[];
  readonly layout: CubeLayout;
  readonly arrays: YearArrays;
  readonly years: readonly YearPlan[];
  readonly patterns: Uint8Array;
  readonly progress: BuildProgress;
}

/** Settles scenes, bands, layout, years and events of a cube. */
export async function planBuild(
  study: Study,
  decisions: readonly SceneDecision[],
  report: OnProgress | undefined,
): Promise<Build> {
  const { manifest, grid, years, parameters } = study;
  const used = decisions.filter(({ decision }) => decision === "use");
  const first = used[0];
  if (!first) throw new DataError(manifest.region, "no usable scene, expected at least one");
  const bands = Object.keys(first.scene.bands);
  for (const { scene } of used) {
    const own = Object.keys(scene.bands).join(" ");
    if (own !== bands.join(" ")) {
      throw new DataError(`scene ${scene.id}`, `bands ${own}, expected ${bands.join(" ")}`);
    }
  }
  const { events } = manifest;
  const scenes = used.map(({ scene, offset, versions }, position) => ({
    scene,
    position,
    offset: offset!,
    versions,
  }));
  const layout = cubeLayout(grid, scenes.length * (2 * bands.length + 1), study.memory);
  const days = sceneDays(scenes.map(({ scene }) => scene.time));
  const dated = used.map(({ validShare }, i) => ({ day: days[i]!, validShare }));
  const eventDays = events.map(({ date }) => epochDay(date));
  const dates = parameters.datesPerYear;
  const work = pixelCount(grid) * scenes.length * (1 + fillWork);
  return {
    study,
    scenes,
    bands,
    layout,
    arrays: yearArrays(grid, layout, dates, bands, featureNames(bands)),
    years: years.map((year) => {
      const span = mappingYear(year, manifest.yearStart);
      const own = seriesDates(manifest.dates ?? "grid", dates, span, dated);
      return planYear(year, manifest.yearStart, own, days, eventDays);
    }),
    patterns: await eventPatterns(events, grid),
    progress: { done: 0, total: work * (1 + scalerWork), report },
  };
}

/** Everything that the stored bytes depend on, as a checksum. */
export async function inputHash(build: Build): Promise<string> {
  const { study, scenes, arrays, patterns } = build;
  const { manifest, grid, years, parameters } = study;
  const facts = {
    cubeVersion,
    grid,
    years,
    arrays,
    yearStart: manifest.yearStart,
    dates: parameters.datesPerYear,
    // Absent for the grid, so that cubes built before there was a choice are kept.
    ...(manifest.dates === "acquisitions" ? { days: build.years.map(daysOf) } : {}),
    events: manifest.events.map(({ date }) => date),
    patterns: createHash("sha256").update(patterns).digest("hex"),
    // Sizes stand for the content of local files; their paths and times would differ between equal runs.
    bytes: await Promise.all(scenes.map(({ scene }) => fileSizes(scene))),
    versions: scenes.map(({ versions }) => versions),
    scenes: scenes.map(({ scene, offset }) => [
      scene.id,
      scene.time,
      offset,
      Object.values(scene.bands).map(({ path: _path, ...how }) => how),
      scene.mask && { ...scene.mask, path: null },
    ]),
  };
  return `${JSON.stringify({ sha256: createHash("sha256").update(JSON.stringify(facts)).digest("hex") })}\n`;
}

const daysOf = ({ fills }: YearPlan): number[] => [...fills[0]!.dates];

async function fileSizes({ bands, mask }: Scene): Promise<(number | string)[]> {
  const layers = [...Object.values(bands), ...(mask ? [mask] : [])];
  const paths = [...new Set(layers.map(({ path }) => path))];
  return Promise.all(
    paths.map(async (path) => {
      if (isRemote(path)) return new URL(path).pathname;
      const found = await stat(path).catch((cause: unknown) => {
        throw new FileError(path, "cannot be read, expected a band of a scene", { cause });
      });
      return found.size;
    }),
  );
}
