import { openAddon } from "../engine/addon.js";
import type { SeenMoves } from "./groupMoves.js";

/** A series and the emissions of its per cents, as the compiled code reads them. */
export interface KernelSeries {
  readonly pixels: number;
  readonly years: number;
  readonly classes: number;
  /** For every year [class][pixel]. */
  readonly percent: readonly Uint8Array[];
  /** [class][per cent]. */
  readonly table: Float64Array;
}

/** What the compiled code knows of moves between groups. */
export interface KernelMoves {
  /** Start shares of the groups. */
  readonly start: Float64Array;
  /** For every pair of years. */
  readonly usual: readonly Float64Array[];
  readonly event: Float64Array;
  /** For every pair of years 1 [pixel] where an event lies between them, or null. */
  readonly events: readonly (Uint8Array | null)[];
  readonly seen: SeenMoves | null;
}

/** The classes of every group and how they change inside it. */
export interface KernelGroups {
  /** Group of every class. */
  readonly group: Uint8Array;
  /** Start share of every class. */
  readonly start: Float64Array;
  /** For every group the transitions of its classes. */
  readonly transitions: readonly Float64Array[];
}

/** Hidden Markov models compiled for this processor: the bytes of the scripted ones in less time. */
export interface HmmKernel {
  /** Fills `out`, for every year the class [pixel] from 1, 0 where there is no data. */
  plain(
    series: KernelSeries,
    start: Float64Array,
    transitions: readonly Float64Array[],
    out: readonly Uint8Array[],
  ): void;
  /** The same by the grouped model. */
  grouped(
    series: KernelSeries,
    moves: KernelMoves,
    groups: KernelGroups,
    out: readonly Uint8Array[],
  ): void;
  /**
   * Fills `out` with expected moves [pixel][pair][from x to].
   *
   * @param groups emissions [pixel][year][group], the first of a pixel NaN where a year has no data
   */
  expectedMoves(groups: Float64Array, years: number, moves: KernelMoves, out: Float32Array): void;
}

/** What the addon exports; it checks nothing. */
type Addon = Record<"plain" | "grouped" | "expectedMoves", (...values: unknown[]) => void>;

/** Classes that the compiled code has room for. */
const MOST_CLASSES = 32;

let loaded: HmmKernel | null | undefined;

/**
 * The compiled models for a legend, null where they were not built or the legend is larger than what
 * they have room for.
 */
export function hmmKernel(classes: number): HmmKernel | null {
  if (loaded === undefined) {
    const addon = openAddon("hmm") as Addon | null;
    loaded = addon && kernelOf(addon);
  }
  return classes <= MOST_CLASSES ? loaded : null;
}

function kernelOf(addon: Addon): HmmKernel {
  return {
    plain(series, start, transitions, out) {
      const { pixels, years, classes } = series;
      expect("start", start, Float64Array, classes);
      expectAll("transitions", transitions, Float64Array, years - 1, classes ** 2);
      expectAll("classes", out, Uint8Array, years, pixels);
      addon.plain(...seriesValues(series), start, transitions, out);
    },
    grouped(series, moves, { group, start, transitions }, out) {
      const { pixels, years, classes } = series;
      expect("group", group, Uint8Array, classes);
      expect("start", start, Float64Array, classes);
      transitions.forEach((matrix, g) => {
        const members = group.filter((one) => one === g).length;
        expect("transitions", matrix, Float64Array, members ** 2);
      });
      expectAll("classes", out, Uint8Array, years, pixels);
      const between = moveValues(moves, pixels, years);
      addon.grouped(...seriesValues(series), group, ...between, start, transitions, out);
    },
    expectedMoves(groups, years, moves, out) {
      const states = moves.start.length;
      const pixels = groups.length / (years * states);
      expect("emissions", groups, Float64Array, pixels * years * states);
      expect("moves", out, Float32Array, pixels * (years - 1) * states ** 2);
      const between = moveValues(moves, pixels, years);
      addon.expectedMoves(Int32Array.of(pixels, years), groups, ...between, out);
    },
  };
}

function seriesValues({ pixels, years, classes, percent, table }: KernelSeries): unknown[] {
  expectAll("per cents", percent, Uint8Array, years, classes * pixels);
  expect("emissions", table, Float64Array, 101 * classes);
  return [Int32Array.of(pixels, years, classes), percent, table];
}

function moveValues(
  { start, usual, event, events, seen }: KernelMoves,
  pixels: number,
  years: number,
): unknown[] {
  const cells = start.length ** 2;
  expectAll("usual moves", usual, Float64Array, years - 1, cells);
  expect("moves of an event", event, Float64Array, cells);
  if (events.length !== years - 1) throw new RangeError(`HMM kernel: ${events.length} events`);
  for (const mask of events) if (mask) expect("event", mask, Uint8Array, pixels);
  if (seen) expect("seen moves", seen.counts, Float32Array, pixels * (years - 1) * cells);
  const trust = Float64Array.of(seen?.trust ?? 0);
  return [start, usual, event, events, seen?.counts ?? null, trust];
}

type ArrayKind = new (length: number) => Uint8Array | Float32Array | Float64Array;

function expect(name: string, array: unknown, kind: ArrayKind, length: number): void {
  if (array instanceof kind && array.length === length) return;
  throw new RangeError(`HMM kernel: ${name} is not a ${kind.name} of ${length} values`);
}

function expectAll(
  name: string,
  arrays: readonly unknown[],
  kind: ArrayKind,
  count: number,
  length: number,
): void {
  if (arrays.length !== count) {
    throw new RangeError(`HMM kernel: ${arrays.length} arrays of ${name}, expected ${count}`);
  }
  for (const array of arrays) expect(name, array, kind, length);
}
