import { DataError } from "../errors.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { type Grid, pixelCount } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { acquisitionGroups, findTwins } from "./duplicates.js";
import { listScenes } from "./listScenes.js";
import { epochDay, mappingYear, nearYear } from "./mappingYear.js";
import { readMask } from "./mask.js";
import type { SceneMeasure } from "./measureTask.js";
import { decideOffset } from "./offset.js";
import type { Scene, SceneDecision } from "./scene.js";
import { writeSceneTable } from "./sceneTable.js";

/** Smallest share of usable pixels inside the area: with less a scene is mostly missed cloud. */
export const leastValidShare = 0.02;
/** Share of valid pixels with wrapped values from which a scene is held back. */
const wrappedShare = 0.001;

/**
 * Finds the study's scenes, decides for each whether it is used and with which offset, and writes
 * `scenes.csv` with the reason for every one.
 *
 * @throws DataError when a mapping year is left without a scene
 */
export async function retrieveScenes(
  study: Study,
  options: { onProgress?: OnProgress } = {},
): Promise<SceneDecision[]> {
  const decisions = (await listScenes(study, options.onProgress)).map((scene) =>
    decideByRecord(study, scene),
  );
  const measured = decisions.flatMap(({ decision }, i) => (decision === "use" ? [i] : []));
  const measures = await runTasks<Scene, SceneMeasure, Grid>({
    module: new URL("./measureTask.js", import.meta.url),
    name: "measureScene",
    tasks: measured.map((i) => decisions[i]!.scene),
    context: study.grid,
    workers: study.workers,
    onResult: (_, __, done) => options.onProgress?.(done, measured.length, "scenes measured"),
  });
  measured.forEach((i, k) => {
    decisions[i] = decideByPixels(decisions[i]!, measures[k]!, pixelCount(study.grid));
  });
  await dropTwins(decisions, study.grid);
  await writeSceneTable(study.folder.scenes, decisions);
  checkYears(study, decisions);
  return decisions;
}

/** What the scene's record alone decides: period, missing files, tile cloud, offset. */
export function decideByRecord(study: Study, scene: Scene): SceneDecision {
  const { rule, offset, evidence } = decideOffset(scene, "B02");
  const { images, yearStart } = study.manifest;
  const base = { scene, offsetRule: rule, offset, evidence, cloud: null, validShare: null };
  const day = epochDay(scene.time);
  const limit = images.kind === "stac" ? images.maxCloud : 100;
  if (!study.years.some((year) => nearYear(mappingYear(year, yearStart), day))) {
    return { ...base, decision: "drop", reason: "outside the mapping years and their margins" };
  }
  if (scene.defect) return { ...base, decision: "hold", reason: scene.defect };
  if (offset === null) {
    return { ...base, decision: "hold", reason: "the radiometric offset cannot be decided" };
  }
  if (scene.tileCloud !== null && scene.tileCloud > limit) {
    const reason = `tile cloud ${scene.tileCloud} % above ${limit} %`;
    return { ...base, decision: "drop", reason };
  }
  return { ...base, decision: "use", reason: "usable pixels inside the area" };
}

/** What the pixels inside the area decide: wrapped values, valid share. */
export function decideByPixels(
  before: SceneDecision,
  measure: SceneMeasure,
  areaPixels: number,
): SceneDecision {
  const validShare = measure.valid / areaPixels;
  const cloud = measure.covered > 0 ? measure.cloud / measure.covered : null;
  const known = { ...before, cloud, validShare };
  if (measure.covered === 0) {
    return { ...known, decision: "drop", reason: "does not cover the area" };
  }
  if (measure.wrapped > wrappedShare * measure.valid) {
    const reason = `${measure.wrapped} valid pixels at 63000-65534: a subtraction wrapped around`;
    return { ...known, offset: null, decision: "hold", reason };
  }
  if (validShare < leastValidShare) {
    const reason = `valid share ${validShare.toFixed(3)} below ${leastValidShare}`;
    return { ...known, decision: "drop", reason };
  }
  const partial = measure.covered < areaPixels * 0.99;
  return partial ? { ...known, reason: "usable pixels inside the area, partial orbit" } : known;
}

async function dropTwins(decisions: SceneDecision[], grid: Grid): Promise<void> {
  for (const group of acquisitionGroups(decisions)) {
    const members = group.map((i) => decisions[i]!);
    const covered: Uint8Array[] = [];
    for (const { scene } of members) covered.push((await readMask(scene.mask!, grid)).covered);
    for (const [position, better] of findTwins(members, covered)) {
      const reason = `another version of the acquisition of ${members[better]!.scene.id}`;
      decisions[group[position]!] = { ...members[position]!, decision: "drop", reason };
    }
  }
}

function checkYears(study: Study, decisions: readonly SceneDecision[]): void {
  for (const year of study.years) {
    const { start, length } = mappingYear(year, study.manifest.yearStart);
    const inside = decisions.some(({ scene, decision }) => {
      const day = epochDay(scene.time) - start;
      return decision === "use" && day >= 0 && day < length;
    });
    if (!inside) {
      const problem = "no usable scene in the mapping year, expected at least one; see scenes.csv";
      throw new DataError(`year ${year} of ${study.manifest.region}`, problem);
    }
  }
}
