import type { SceneDecision } from "./scene.js";
import { sceneRow } from "./sceneTable.js";

/** Footprints of scenes as GeoJSON, each with its row of the scene table as properties. */
export function footprintCollection(decisions: readonly SceneDecision[]): object {
  return {
    type: "FeatureCollection",
    features: decisions.map((decision) => ({
      type: "Feature",
      id: decision.scene.id,
      geometry: decision.scene.footprint,
      properties: sceneRow(decision),
    })),
  };
}
