import { type Row, writeCsv } from "../table/csv.js";
import { formatBaseline } from "./baseline.js";
import type { SceneDecision } from "./scene.js";

/** Columns of `scenes.csv`. */
export const sceneColumns: readonly string[] = [
  "id",
  "time",
  "tile",
  "orbit",
  "baseline",
  "offset_rule",
  "offset",
  "evidence",
  "cloud",
  "valid_share",
  "decision",
  "reason",
];

/** A row of the scene table: shares 0-1 inside the area, offset in digital numbers. */
export function sceneRow(decision: SceneDecision): Row {
  const { scene } = decision;
  return {
    id: scene.id,
    time: scene.time,
    tile: scene.tile,
    orbit: scene.orbit,
    baseline: formatBaseline(scene.baseline),
    offset_rule: decision.offsetRule,
    offset: decision.offset,
    evidence: decision.evidence,
    cloud: decision.cloud,
    valid_share: decision.validShare,
    decision: decision.decision,
    reason: decision.reason,
  };
}

/** Writes the scene table, a row a scene. */
export async function writeSceneTable(
  path: string,
  decisions: readonly SceneDecision[],
): Promise<void> {
  await writeCsv(path, sceneColumns, decisions.map(sceneRow));
}
