import { type Baseline, baselineOfProduct, formatBaseline } from "./baseline.js";
import type { Scene } from "./scene.js";

/** Outcome of the offset rules for a scene. */
export interface OffsetDecision {
  readonly rule: string;
  /** Digital numbers to add to stored reflectance; null when the rules cannot decide. */
  readonly offset: number | null;
  readonly evidence: string;
}

/** Sentinel-2 L2A layers that are not reflectance and never carry the offset. */
const plainLayers = new Set(["SCL", "AOT", "WVP"]);

/**
 * Decides the radiometric offset of one layer of a scene: from baseline 04.00 digital numbers of
 * reflectance carry +1000. The acquisition date says nothing, since old scenes were reprocessed.
 * R0 other layers 0; R3 baseline before 04.00: 0; R4 later baseline and pixels that nobody
 * corrected (Collection 1, Copernicus Data Space, Planetary Computer, JPEG 2000): -1000; R10
 * unknown baseline: from the product name. Anything else stays undecided.
 *
 * @param layer band name such as `B04` or `SCL`
 */
export function decideOffset(scene: Scene, layer: string): OffsetDecision {
  if (plainLayers.has(layer)) {
    return { rule: "R0", offset: 0, evidence: `${layer} is not reflectance` };
  }
  if (scene.origin === "manifest") {
    return { rule: "manifest", offset: 0, evidence: "scale and offset stated in images.bands" };
  }
  if (scene.baseline) return byBaseline(scene, scene.baseline, "item");
  const read = baselineOfProduct(scene.product);
  if (!read) {
    const evidence = `no baseline in the item or in product name ${scene.product ?? "(none)"}`;
    return { rule: "R10", offset: null, evidence };
  }
  const decided = byBaseline(scene, read, `product name ${scene.product}`);
  return { ...decided, rule: `R10 ${decided.rule}` };
}

function byBaseline(scene: Scene, baseline: Baseline, source: string): OffsetDecision {
  const found = `baseline ${formatBaseline(baseline)} (${source})`;
  if (baseline.major < 4) return { rule: "R3", offset: 0, evidence: found };
  const uncorrected =
    scene.original || scene.origin !== "earth-search" || scene.collection.includes("-c1-");
  const where = `${found}, collection ${scene.collection || "unknown"}`;
  if (uncorrected) return { rule: "R4", offset: -1000, evidence: where };
  return {
    rule: "R5-R9",
    offset: null,
    evidence: `${where}: needs the pixel test for shifted copies, which is not made here`,
  };
}
