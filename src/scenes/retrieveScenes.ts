import { DataError } from "../errors.js";
import { runTasks } from "../parallel/tasks.js";
import { type Grid, gridText, pixelCount } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { acquisitionGroups, familyOf, findTwins } from "./duplicates.js";
import { imagedShare } from "./imagedShare.js";
import { type ListOptions, listScenes } from "./listScenes.js";
import { epochDay, mappingYear, nearYear } from "./mappingYear.js";
import { readMask } from "./mask.js";
import type { SceneMeasure } from "./measureTask.js";
import { missingDates } from "./missingDates.js";
import { decideOffset } from "./offset.js";
import type { Scene, SceneDecision } from "./scene.js";
import { writeSceneTable } from "./sceneTable.js";
import { seasonsWithoutClearDate } from "./seasons.js";
import { checkValueRange } from "./valueRange.js";

/** Smallest share of usable pixels inside the area: with less a scene is mostly missed cloud. */
export const leastValidShare = 0.02;
/** Share of valid pixels with wrapped values from which a scene is held back. */
const wrappedShare = 0.001;

/** What may accompany the retrieval of scenes. */
export interface RetrieveOptions extends ListOptions {
  /** Whether masks and bands are read (true); without them the catalogue's records decide alone. */
  readonly pixels?: boolean;
  /** Receives what is worth knowing and no error: missing dates, seasons without a clear one. */
  readonly onNote?: (note: string) => void;
}

/**
 * Finds the study's scenes, decides for each whether it is used and with which offset, and writes
 * `scenes.csv` with the reason for every one.
 *
 * @throws DataError when a mapping year is left without a scene
 * @throws ManifestError when scale and offset of a folder's band give impossible values
 * @throws ServiceError when a catalogue or an image on the network cannot be read
 */
export async function retrieveScenes(
  study: Study,
  options: RetrieveOptions = {},
): Promise<SceneDecision[]> {
  const { scenes, notes } = await listScenes(study, options);
  const decisions = scenes.map((scene) => decideByRecord(study, scene));
  if (options.pixels ?? true) {
    await measureScenes(study, decisions, options);
    await checkValues(study, decisions);
  }
  await dropTwins(study, decisions, options.pixels ?? true);
  await writeSceneTable(study.folder.scenes, decisions);
  for (const note of [...notes, ...sceneNotes(study, decisions)]) options.onNote?.(note);
  checkYears(study, decisions);
  return decisions;
}

async function measureScenes(
  study: Study,
  decisions: SceneDecision[],
  { onProgress, signal, onNote }: RetrieveOptions,
): Promise<void> {
  const measured = decisions.flatMap(({ decision }, i) => (decision === "use" ? [i] : []));
  const measures = await runTasks<Scene, SceneMeasure, Grid>({
    module: new URL("./measureTask.js", import.meta.url),
    name: "measureScene",
    tasks: measured.map((i) => decisions[i]!.scene),
    context: study.grid,
    workers: study.workers,
    onResult: (_, __, done) => onProgress?.(done, measured.length, "scenes measured"),
    ...(signal ? { signal } : {}),
  });
  measured.forEach((i, k) => {
    decisions[i] = decideByPixels(decisions[i]!, measures[k]!, pixelCount(study.grid));
  });
  const layers = measures.flatMap(({ layer, covered }) => (layer && covered > 0 ? [layer] : []));
  const imaged = layers.length > 0 ? imagedShare(study.grid, layers) : 1;
  if (imaged < 0.99) {
    onNote?.(
      `images cover ${Math.round(100 * imaged)} % of the area (${gridText(study.grid)}), such as ${gridText(layers[0]!)}`,
    );
  }
}

/** Looks at the values of the clearest scene of a folder, whose scales the manifest's author states. */
async function checkValues(
  { grid, manifest: { images, file } }: Study,
  decisions: readonly SceneDecision[],
): Promise<void> {
  if (images.kind !== "folder") return;
  const used = decisions.filter(({ decision }) => decision === "use");
  if (used.length === 0) return;
  const clearest = used.reduce((a, b) => (b.validShare! > a.validShare! ? b : a));
  await checkValueRange(clearest.scene, images, grid, file);
}

/** What the scene's record alone decides: period, missing files, tile cloud, and often the offset. */
export function decideByRecord(study: Study, scene: Scene): SceneDecision {
  const { rule, offset, evidence } = decideOffset(scene, "B02");
  const { images, yearStart } = study.manifest;
  const base = {
    scene,
    offsetRule: rule,
    offset,
    evidence,
    cloud: null,
    validShare: null,
    versions: [],
  };
  const day = epochDay(scene.time);
  const limit = "maxCloud" in images ? images.maxCloud : 100;
  if (!study.years.some((year) => nearYear(mappingYear(year, yearStart), day))) {
    return { ...base, decision: "drop", reason: "outside the mapping years and their margins" };
  }
  if (scene.defect) return { ...base, decision: "hold", reason: scene.defect };
  if (scene.tileCloud !== null && scene.tileCloud > limit) {
    const reason = `tile cloud ${scene.tileCloud} % above ${limit} %`;
    return { ...base, decision: "drop", reason };
  }
  return { ...base, decision: "use", reason: "usable pixels inside the area" };
}

/** What the pixels inside the area decide: offset, wrapped values, valid share. */
export function decideByPixels(
  before: SceneDecision,
  measure: SceneMeasure,
  areaPixels: number,
): SceneDecision {
  const validShare = measure.valid / areaPixels;
  const cloud = measure.covered > 0 ? measure.cloud / measure.covered : null;
  const { rule, offset, evidence } = decideOffset(before.scene, "B02", measure.offset);
  const known = {
    ...before,
    offsetRule: rule,
    offset,
    evidence,
    cloud,
    validShare,
    versions: measure.versions,
  };
  if (measure.defect) return { ...known, decision: "hold", reason: measure.defect };
  if (measure.covered === 0) {
    const where = measure.layer ? `: it lies at ${gridText(measure.layer)}` : "";
    return { ...known, decision: "drop", reason: `does not cover the area${where}` };
  }
  if (measure.wrapped > wrappedShare * measure.valid) {
    const reason = `${measure.wrapped} valid pixels at 63000-65534: a subtraction wrapped around`;
    return { ...known, offset: null, decision: "hold", reason };
  }
  if (validShare < leastValidShare) {
    const reason = `valid share ${validShare.toFixed(3)} below ${leastValidShare}`;
    return { ...known, decision: "drop", reason };
  }
  if (offset === null) {
    return { ...known, decision: "hold", reason: "the radiometric offset cannot be decided" };
  }
  const partial = measure.covered < areaPixels * 0.99;
  return partial ? { ...known, reason: "usable pixels inside the area, partial orbit" } : known;
}

async function dropTwins(
  { grid, manifest: { images } }: Study,
  decisions: SceneDecision[],
  pixels: boolean,
): Promise<void> {
  const family = images.kind === "stac" ? images.family : undefined;
  for (const group of acquisitionGroups(decisions)) {
    const members = group.map((i) => decisions[i]!);
    const covered: Uint8Array[] = [];
    if (pixels) {
      for (const { scene } of members) covered.push((await readMask(scene.mask!, grid)).covered);
    }
    const replaced = findTwins(members, pixels ? covered : null, family);
    group.forEach((i, position) => {
      const found = replaced.get(position);
      if (found) decisions[i] = { ...decisions[i]!, decision: "drop", reason: found.reason };
      else if (members.length - replaced.size > 1) {
        const reason = `${decisions[i]!.reason}, part of a split datatake`;
        decisions[i] = { ...decisions[i]!, reason };
      }
    });
  }
}

/** What a reader of the scene table should know beside it. */
function sceneNotes(study: Study, decisions: readonly SceneDecision[]): string[] {
  const inside = decisions.filter(({ reason }) => !reason.startsWith("outside"));
  const missing = missingDates(inside.map(({ scene }) => scene)).map(({ tile, orbit, dates }) => {
    const shown = dates.slice(0, 6).join(", ");
    const more = dates.length > 6 ? ` and ${dates.length - 6} more` : "";
    return `tile ${tile}, orbit ${orbit}: no item on ${shown}${more}, where the satellites were expected`;
  });
  const used = decisions.filter(({ decision }) => decision === "use");
  const families = (["original", "reprocessed"] as const).map(
    (family) => used.filter(({ scene }) => familyOf(scene) === family).length,
  );
  const mixed = families.every((count) => count > 0)
    ? [
        `processing families are mixed: ${families[0]} scenes before baseline 04.00, ${families[1]} after; images.family chooses one where both exist`,
      ]
    : [];
  return [
    ...missing,
    ...mixed,
    ...seasonsWithoutClearDate(study.years, study.manifest.yearStart, decisions),
  ];
}

function checkYears(study: Study, decisions: readonly SceneDecision[]): void {
  for (const year of study.years) {
    const { start, length } = mappingYear(year, study.manifest.yearStart);
    const inside = decisions.filter(({ scene }) => {
      const day = epochDay(scene.time) - start;
      return day >= 0 && day < length;
    });
    if (inside.some(({ decision }) => decision === "use")) continue;
    const problem = `no usable scene in the mapping year, expected at least one; ${commonReason(inside)}`;
    throw new DataError(`year ${year} of ${study.manifest.region}`, problem);
  }
}

/** What most scenes are left out for; the numbers in reasons differ from scene to scene. */
function commonReason(decisions: readonly SceneDecision[]): string {
  if (decisions.length === 0) return "none was found";
  const kind = ({ reason }: SceneDecision) => reason.replace(/\d[\d.]*/g, "");
  const counts = new Map<string, number>();
  for (const one of decisions) counts.set(kind(one), (counts.get(kind(one)) ?? 0) + 1);
  const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  const { scene, reason } = decisions.find((one) => kind(one) === most)!;
  return `${count} of ${decisions.length} are left out like ${scene.id}: ${reason}`;
}
