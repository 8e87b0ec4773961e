import type { Footprint } from "../catalogue/footprint.js";
import type { Baseline } from "./baseline.js";

/** One band of a scene: value = stored * scale + offset, in reflectance (0-1) or index units. */
export interface SceneBand {
  readonly path: string;
  /** Band description or number from 1 inside the file. */
  readonly band: string | number;
  readonly scale: number;
  readonly offset: number;
  /** Stored value of pixels without data where the file does not state one. */
  readonly nodata: number | null;
}

/** The layer that says which pixels are usable. */
export interface SceneMask {
  readonly path: string;
  readonly band: string | number;
  readonly invalid: readonly number[];
  /** Values that mean cloud, a part of `invalid`. */
  readonly cloud: readonly number[];
  /** Pixels of the layer by which invalid areas grow. */
  readonly dilate: number;
  readonly nodata: number | null;
}

/** What a catalogue or product states about one of a scene's files. */
export interface StatedFile {
  /** Band name, or `mask`. */
  readonly layer: string;
  readonly path: string;
  /** Bytes; null where not stated. */
  readonly size: number | null;
  /** Multihash in hexadecimal digits; null where not stated. */
  readonly checksum: string | null;
}

/** Where the scene's record comes from; it decides who states the radiometric offset. */
export type SceneOrigin =
  | "earth-search"
  | "planetary-computer"
  | "cdse"
  | "safe"
  | "harmonised"
  | "manifest";

/** One acquisition of one tile, whatever catalogue or folder it was found in. */
export interface Scene {
  readonly id: string;
  /** ISO time, UTC. */
  readonly time: string;
  readonly origin: SceneOrigin;
  readonly collection: string;
  readonly tile: string | null;
  readonly platform: string | null;
  readonly orbit: number | null;
  readonly baseline: Baseline | null;
  readonly product: string | null;
  /** Generation time of the product. */
  readonly generated: string | null;
  /** Whether the files are the JPEG 2000 originals. */
  readonly original: boolean;
  /** Datatake without its baseline, such as `GS2B_20230609T104629_032681`: the same for all versions. */
  readonly datatake: string | null;
  readonly footprint: Footprint | null;
  /** What the catalogue says about the +1000 of later baselines: true = removed from the files. */
  readonly offsetRemoved: boolean | null;
  /** Digital numbers that the product's own metadata says to add, per band; null where not at hand. */
  readonly listedOffset: Readonly<Record<string, number>> | null;
  /** Paths of the same bands in their original form, where the catalogue gives both. */
  readonly originals: Readonly<Record<string, string>>;
  /** Small picture of the scene. */
  readonly thumbnail: string | null;
  /** Cloud cover of the whole tile, per cent. */
  readonly tileCloud: number | null;
  readonly bands: Readonly<Record<string, SceneBand>>;
  readonly mask: SceneMask | null;
  /** Its files with what is stated about them; empty where nothing is. */
  readonly statedFiles: readonly StatedFile[];
  /** Why the scene cannot be used at all, such as a missing file. */
  readonly defect: string | null;
}

/** What happens to a scene: used, left out, or held back because a fact is missing. */
export type Decision = "use" | "drop" | "hold";

/** A scene with everything that was found out and decided about it. */
export interface SceneDecision {
  readonly scene: Scene;
  /** R3, R4 ... (data-access rules) or `manifest`; empty when none applied. */
  readonly offsetRule: string;
  /** Digital numbers added to stored values; null when undecided. */
  readonly offset: number | null;
  readonly evidence: string;
  /** Share of the covered part of the area under cloud, 0-1. */
  readonly cloud: number | null;
  /** Share of the whole area with usable pixels, 0-1. */
  readonly validShare: number | null;
  /** Versions of its files on the network when they were measured; empty for local files. */
  readonly versions: readonly string[];
  readonly decision: Decision;
  readonly reason: string;
}
