import { DataError } from "../errors.js";
import type { Legend } from "../manifest/manifest.js";
import { type BlockCounts, countPixels, type ScoredPixels } from "./blockCounts.js";
import type { Measure } from "./bootstrap.js";

/** Maps and truth of two years, and what tells strata apart. Arrays hold a value a pixel. */
export interface ChangeInput {
  /** Class ids of the map in the earlier and the later year. */
  readonly map: readonly [Uint8Array, Uint8Array];
  /** Class ids of the truth in the same years. */
  readonly truth: readonly [Uint8Array, Uint8Array];
  /** 1 where the truth is the same in all years of the study. */
  readonly unchanged: Uint8Array;
  /** 1 inside the patches of the storm. */
  readonly storm: Uint8Array;
  readonly forest: ForestClasses;
}

/** Ids of the classes that the storm scores speak of. */
export interface ForestClasses {
  readonly conifers: number;
  /** Conifers and broadleaves. */
  readonly forest: ReadonlySet<number>;
  /** What felled forest becomes: shrubland and grass. */
  readonly open: ReadonlySet<number>;
}

/**
 * The classes that storm scores speak of, by their names in the legend.
 *
 * @throws DataError when the legend has no class Conifers
 */
export function forestClasses(legend: Legend): ForestClasses {
  const ids = (...names: string[]) =>
    legend.filter(({ name }) => names.includes(name)).map(({ id }) => id);
  const [conifers] = ids("Conifers");
  if (conifers === undefined) throw new DataError("legend", "no class Conifers for storm scores");
  return {
    conifers,
    forest: new Set(ids("Conifers", "Broadleaves")),
    open: new Set(ids("Shrubland", "Grass")),
  };
}

/** 1 for every class id of the set. */
export function membership(ids: ReadonlySet<number>): Uint8Array {
  const out = new Uint8Array(256);
  for (const id of ids) out[id] = 1;
  return out;
}

/** Strata of the change scores; `felled` are Conifers that the storm turned into something else. */
export const STRATA = ["all", "storm", "outside", "felled"] as const;
export type Stratum = (typeof STRATA)[number];

/** Counters of a stratum. */
const BOTH = 0;
const MISSED = 1;
const INVENTED = 2;
const DIRECTION = 3;
const UNCHANGED = 4;
const FALSE = 5;
const LEFT_FOREST = 6;
const OPENED = 7;
const CELLS = 8;

/** Counts of one pair of years for all strata: cell = stratum * 8 + counter. */
export function changeCountsByBlock(scored: ScoredPixels, input: ChangeInput): BlockCounts {
  const {
    map: [z0, z1],
    truth: [t0, t1],
    unchanged,
    storm,
    forest,
  } = input;
  const isForest = membership(forest.forest);
  const isOpen = membership(forest.open);
  return countPixels(scored, STRATA.length * CELLS, (pixel, row) => {
    const [a, b, s, t] = [z0[pixel]!, z1[pixel]!, t0[pixel]!, t1[pixel]!];
    if (a === 0 || b === 0 || s === 0 || t === 0) return;
    const inStorm = storm[pixel] === 1;
    const count = (stratum: number) => {
      const at = stratum * CELLS;
      if (s !== t) {
        row[at + (a !== b ? BOTH : MISSED)]!++;
        if (a === s && b === t) row[at + DIRECTION]!++;
      } else if (a !== b) row[at + INVENTED]!++;
      if (unchanged[pixel] === 1) {
        row[at + UNCHANGED]!++;
        if (a !== b) row[at + FALSE]!++;
      }
      if (isForest[a] === 1 && isForest[b] === 0) row[at + LEFT_FOREST]!++;
      if (a === forest.conifers && isOpen[b] === 1) row[at + OPENED]!++;
    };
    count(0);
    count(inStorm ? 1 : 2);
    if (inStorm && s === forest.conifers && t !== forest.conifers) count(3);
  });
}

/**
 * Scores of a stratum by their name in the tables:
 * - `precision`, `recall`, `f1` of mapped change against true change; in `felled` the recall is the
 *   share mapped forest before and not forest after, and precision and f1 do not apply;
 * - `direction`: share of true changes with both classes right;
 * - `direction_open` (felled): share mapped Conifers before and Shrubland or Grass after;
 * - `false_change`: share of pixels whose truth never changes that the map changes.
 */
export function changeMeasures(stratum: Stratum): Readonly<Record<string, Measure>> {
  const at = STRATA.indexOf(stratum) * CELLS;
  const cell = (totals: Float64Array, i: number) => totals[at + i]!;
  const trueChanges = (n: Float64Array) => cell(n, BOTH) + cell(n, MISSED);
  const direction: Measure = (n) => cell(n, DIRECTION) / trueChanges(n);
  if (stratum === "felled") {
    return {
      recall: (n) => cell(n, LEFT_FOREST) / trueChanges(n),
      direction,
      direction_open: (n) => cell(n, OPENED) / trueChanges(n),
    };
  }
  const mapped = (n: Float64Array) => cell(n, BOTH) + cell(n, INVENTED);
  return {
    precision: (n) => cell(n, BOTH) / mapped(n),
    recall: (n) => cell(n, BOTH) / trueChanges(n),
    f1: (n) => (2 * cell(n, BOTH)) / (mapped(n) + trueChanges(n)),
    direction,
    false_change: (n) => cell(n, FALSE) / cell(n, UNCHANGED),
  };
}
