import { type Baseline, baselineOfProduct, formatBaseline } from "./baseline.js";
import {
  describeDifference,
  describePixels,
  type OriginalDifference,
  offsetOfDifference,
  type PixelStatistics,
  pixelVerdict,
} from "./offsetEvidence.js";
import type { Scene } from "./scene.js";

/** Outcome of the offset rules for a scene. */
export interface OffsetDecision {
  readonly rule: string;
  /** Digital numbers to add to stored reflectance; null when the rules cannot decide. */
  readonly offset: number | null;
  readonly evidence: string;
  /** What would decide: the pixels of the files, or a comparison with the original files. */
  readonly needs?: "pixels" | "original";
}

/** What was measured on the files themselves. */
export interface OffsetEvidence {
  readonly pixels?: PixelStatistics;
  readonly difference?: OriginalDifference;
}

/** Sentinel-2 L2A layers that are not reflectance and never carry the offset. */
const plainLayers = new Set(["SCL", "AOT", "WVP"]);

/**
 * Decides the radiometric offset of one layer of a scene: from baseline 04.00 digital numbers of
 * reflectance carry +1000. The acquisition date says nothing, since old scenes were reprocessed,
 * and neither does the offset that a catalogue lists, since some files were corrected already.
 *
 * | rule | condition | digital numbers added |
 * | --- | --- | --- |
 * | R0 | layer is not reflectance | 0 |
 * | R1 | the service harmonises | 0 |
 * | R2 | original files with the product's metadata | the listed ones |
 * | R3 | baseline before 04.00 | 0 |
 * | R4 | later, and files that nobody corrects | -1000 |
 * | R5 | later, files said to be corrected, pixels agree or say nothing | 0 |
 * | R6 | later, files not said to be corrected, pixels say they are | 0 |
 * | R7 | the same, pixels say they are not | -1000 |
 * | R8 | the same, pixels say nothing | by the original files, else held |
 * | R9 | files said to be corrected, pixels say they are not | by the original files, else held |
 * | R10 | baseline unknown | by the product's name from R3, else by the original files, else held |
 *
 * @param layer band name such as `B04` or `SCL`
 */
export function decideOffset(
  scene: Scene,
  layer: string,
  evidence: OffsetEvidence = {},
): OffsetDecision {
  if (plainLayers.has(layer)) {
    return { rule: "R0", offset: 0, evidence: `${layer} is not reflectance` };
  }
  if (scene.origin === "manifest") {
    return { rule: "manifest", offset: 0, evidence: "scale and offset stated in images.bands" };
  }
  if (scene.origin === "harmonised") {
    return { rule: "R1", offset: 0, evidence: "images.harmonised: the service corrects values" };
  }
  const listed = scene.listedOffset?.[layer];
  if (listed !== undefined) {
    const found = listed === 0 ? "no offset for the band" : `BOA_ADD_OFFSET ${listed}`;
    return { rule: "R2", offset: listed, evidence: `MTD_MSIL2A.xml: ${found}` };
  }
  if (scene.baseline) return byBaseline(scene, scene.baseline, "item", evidence);
  const read = baselineOfProduct(scene.product);
  if (read) {
    const decided = byBaseline(scene, read, `product name ${scene.product}`, evidence);
    return { ...decided, rule: `R10 ${decided.rule}` };
  }
  const unknown = `no baseline in the item or in product name ${scene.product ?? "(none)"}`;
  return byOriginal("R10", unknown, evidence);
}

function byBaseline(
  scene: Scene,
  baseline: Baseline,
  source: string,
  evidence: OffsetEvidence,
): OffsetDecision {
  const found = `baseline ${formatBaseline(baseline)} (${source})`;
  if (baseline.major < 4) return { rule: "R3", offset: 0, evidence: found };
  const where = `${found}, collection ${scene.collection || "unknown"}`;
  const uncorrected =
    scene.original || scene.origin !== "earth-search" || scene.collection.includes("-c1-");
  if (uncorrected) return { rule: "R4", offset: -1000, evidence: where };
  const flag = scene.offsetRemoved;
  const facts = `${where}, boa_offset_applied ${flag ?? "absent"}`;
  const { pixels } = evidence;
  if (!pixels) {
    const problem = `${facts}: the pixels decide`;
    return { rule: "R5-R9", offset: null, evidence: problem, needs: "pixels" };
  }
  const verdict = pixelVerdict(pixels);
  const all = `${facts}, ${describePixels(pixels)}`;
  if (flag === true) {
    if (verdict === "present") return byOriginal("R9", `${all}: against the flag`, evidence);
    return { rule: "R5", offset: 0, evidence: all };
  }
  if (verdict === "removed") {
    const wrong = flag === false ? ": the flag is wrong" : "";
    return { rule: "R6", offset: 0, evidence: `${all}${wrong}` };
  }
  if (verdict === "present") return { rule: "R7", offset: -1000, evidence: all };
  return byOriginal("R8", all, evidence);
}

/** The difference from the original files decides, where it is 0 or 1000 everywhere. */
function byOriginal(rule: string, facts: string, { difference }: OffsetEvidence): OffsetDecision {
  if (!difference) return { rule, offset: null, evidence: facts, needs: "original" };
  const evidence = `${facts}; ${describeDifference(difference)}`;
  return { rule, offset: offsetOfDifference(difference), evidence };
}
