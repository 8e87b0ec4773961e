import type { Legend } from "../manifest/manifest.js";
import { argmaxFrom, type Chain, createChain } from "./chain.js";
import { GROUPS, groupsOf } from "./coverGroups.js";
import { emissionTable, readEmissions } from "./emissions.js";
import { groupMoves, moveMatrices, type SeenMoves } from "./groupMoves.js";
import { hmmKernel, type KernelGroups, type KernelMoves } from "./hmmKernel.js";
import { type ClassSeries, type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";
import { classTransitions } from "./transitions.js";

/** Probabilities of change of the grouped model. */
export interface GroupedRates {
  /** That a group changes from one year to the next. */
  readonly group: number;
  /** That a class changes inside its group. */
  readonly class: number;
  /** That forest is lost between two years that span an event. */
  readonly event: number;
}

/** Rates of the method's default. */
export const defaultRates: GroupedRates = Object.freeze({ group: 0.03, class: 0.03, event: 0.7 });

/** What the grouped model knows beside the probabilities. */
export interface GroupedModel {
  readonly legend: Legend;
  /** Share of every class in the training samples. */
  readonly prior: Float64Array;
  /** Share of every class in the first year. */
  readonly start: Float64Array;
  readonly rates: GroupedRates;
  /** For every pair of years 1 [pixel] where an event lies between them; null where none does. */
  readonly events: readonly (Uint8Array | null)[];
  /** Group transitions [from][to] for every pair of years, instead of `rates.group`. */
  readonly fittedMoves?: readonly Float64Array[] | undefined;
}

/** What a visitor of {@link groupedHmm} sees of a pixel; the arrays are used again for the next one. */
export interface GroupedPixel {
  /** Group of every year. */
  readonly groups: Uint8Array;
  /** Class of every year, from 0. */
  readonly classes: Uint8Array;
  /** Posterior [year][class], sums to 1 a year; set where asked for. */
  readonly posterior: Float64Array;
  /** For every pair of years the probability of the mapped change, 0 where the class stays; likewise. */
  readonly change: Float64Array;
}

/** How {@link groupedHmm} runs. */
export interface GroupedOptions {
  /** Moves seen around every pixel, beside the usual ones and those of events. */
  readonly seen?: SeenMoves | null;
  /** Whether posteriors are worked out besides classes. */
  readonly explained?: boolean;
}

/**
 * Hidden Markov model in two levels. A felled pixel spreads its probability over grass, shrubs, rocks
 * and roofs, so that every single path loses against "stayed conifers"; therefore emissions are first
 * summed over groups (forest, open land, water, snow) and decoded with forward-backward, forest being
 * lost easily between two years that span a dated event. Then classes are decoded inside the groups;
 * where the group changes the class before says nothing about the class after.
 *
 * @param visit called for every pixel with data in some year
 */
export function groupedHmm(
  series: ProbabilitySeries,
  model: GroupedModel,
  visit: (pixel: number, found: GroupedPixel) => void,
  { seen = null, explained = true }: GroupedOptions = {},
): void {
  const { classes, years, percent } = series;
  const pixels = seriesPixels(series);
  const length = years.length;
  const table = emissionTable(model.prior);
  const group = groupNumbers(model.legend);
  const start = groupShares(model.start, group);
  const moves = groupMoves(model, seen);
  const chain = createChain(GROUPS.length, length);
  const inside = insideGroups(model, group, length);
  const emission = new Float64Array(length * classes);
  const joint = new Float64Array(GROUPS.length ** 2);
  const found: GroupedPixel = {
    groups: new Uint8Array(length),
    classes: new Uint8Array(length),
    posterior: new Float64Array(length * classes),
    change: new Float64Array(Math.max(0, length - 1)),
  };
  for (let pixel = 0; pixel < pixels; pixel++) {
    let known = false;
    for (let y = 0; y < length; y++) {
      const data = readEmissions(table, percent[y]!, pixel, pixels, classes, emission, y * classes);
      known ||= data;
    }
    if (!known) continue;
    sumGroups(emission, group, length, chain.emission);
    const transitions = moves(pixel);
    chain.run(start, transitions);
    for (let y = 0; y < length; y++) {
      found.groups[y] = argmaxFrom(chain.posterior, y * GROUPS.length, GROUPS.length);
    }
    inside(emission, chain.posterior, found, explained);
    for (let y = 0; explained && y + 1 < length; y++) {
      const [from, to] = [found.groups[y]!, found.groups[y + 1]!];
      if (from === to) continue;
      chain.joint(y, transitions[y]!, joint);
      found.change[y] = joint[from * GROUPS.length + to]!;
    }
    visit(pixel, found);
  }
}

/**
 * Classes of every pixel by {@link groupedHmm}.
 *
 * @param seen moves seen around every pixel, beside the model's own
 * @param kernel compiled code, null for this script; the bytes are the same
 */
export function groupedClasses(
  series: ProbabilitySeries,
  model: GroupedModel,
  seen: SeenMoves | null = null,
  kernel = hmmKernel(series.classes),
): ClassSeries {
  const pixels = seriesPixels(series);
  const out = series.years.map(() => new Uint8Array(pixels));
  if (kernel !== null) {
    const { percent, classes } = series;
    const table = emissionTable(model.prior);
    const values = { pixels, years: out.length, classes, percent, table };
    kernel.grouped(values, kernelMoves(model, seen), kernelGroups(model), out);
    return out;
  }
  const visit = (pixel: number, { classes }: GroupedPixel) => {
    for (let y = 0; y < out.length; y++) out[y]![pixel] = classes[y]! + 1;
  };
  groupedHmm(series, model, visit, { seen, explained: false });
  return out;
}

/** What compiled code knows of the moves between groups. */
export function kernelMoves(model: GroupedModel, seen: SeenMoves | null): KernelMoves {
  const start = groupShares(model.start, groupNumbers(model.legend));
  return { start, ...moveMatrices(model), events: model.events, seen };
}

function kernelGroups(model: GroupedModel): KernelGroups {
  const group = groupNumbers(model.legend);
  const transitions = GROUPS.map((_, g) => insideTransitions(model, membersOf(group, g)));
  return { group, start: model.start.map(leastShare), transitions };
}

/** Group number of every class. */
export function groupNumbers(legend: Legend): Uint8Array {
  return Uint8Array.from(groupsOf(legend), (name) => GROUPS.indexOf(name));
}

/** Sums of class shares by group; a group without a class gets a trace, so that nothing divides by 0. */
export function groupShares(shares: Float64Array, group: Uint8Array): Float64Array {
  const sums = new Float64Array(GROUPS.length);
  shares.forEach((share, k) => {
    sums[group[k]!]! += share;
  });
  return sums.map(leastShare);
}

const leastShare = (share: number): number => Math.max(share, 1e-12);

/** Classes of group g. */
function membersOf(group: Uint8Array, g: number): Uint8Array {
  return Uint8Array.from([...group.keys()].filter((k) => group[k] === g));
}

/** Transitions of the classes of a group. */
function insideTransitions({ legend, rates }: GroupedModel, members: Uint8Array): Float64Array {
  return classTransitions(legend, rates.class, [...members]);
}

/** Sums of class emissions by group for every year. */
export function sumGroups(
  emission: Float64Array,
  group: Uint8Array,
  years: number,
  out: Float64Array,
): void {
  const classes = group.length;
  out.fill(0);
  for (let y = 0; y < years; y++) {
    for (let k = 0; k < classes; k++) {
      out[y * GROUPS.length + group[k]!]! += emission[y * classes + k]!;
    }
  }
}

/** Classes of a group and their own chain. */
interface GroupLevel {
  readonly members: Uint8Array;
  readonly chain: Chain;
  readonly transitions: readonly Float64Array[];
  readonly start: Float64Array;
  readonly flat: Float64Array;
  readonly joint: Float64Array;
}

/** The second level: decodes classes along a path of groups, stretch by stretch of equal group. */
function insideGroups(model: GroupedModel, group: Uint8Array, years: number) {
  const classes = group.length;
  const levels = GROUPS.map((_, g): GroupLevel => {
    const members = membersOf(group, g);
    const matrix = insideTransitions(model, members);
    return {
      members,
      chain: createChain(Math.max(1, members.length), years),
      transitions: Array.from({ length: years - 1 }, () => matrix),
      start: Float64Array.from(members, (k) => leastShare(model.start[k]!)),
      flat: new Float64Array(members.length).fill(1),
      joint: new Float64Array(matrix.length),
    };
  });

  /** Runs the chain of a group over the years first..end-1 and takes the class of each. */
  function decode(emission: Float64Array, found: GroupedPixel, first: number, end: number): void {
    const { members, chain, transitions, start, flat } = levels[found.groups[first]!]!;
    const size = members.length;
    if (size === 1) {
      found.classes.fill(members[0]!, first, end);
      chain.posterior.fill(1);
      return;
    }
    for (let y = first; y < end; y++) {
      for (let m = 0; m < size; m++) {
        chain.emission[(y - first) * size + m] = emission[y * classes + members[m]!]!;
      }
    }
    chain.run(first === 0 ? start : flat, transitions, end - first);
    for (let y = first; y < end; y++) {
      found.classes[y] = members[argmaxFrom(chain.posterior, (y - first) * size, size)]!;
    }
  }

  /** Posteriors of the stretch that was decoded last, and of the changes in it. */
  function explain(groupPosterior: Float64Array, found: GroupedPixel, first: number, end: number) {
    const g = found.groups[first]!;
    const { members, chain, transitions, joint } = levels[g]!;
    const size = members.length;
    for (let y = first; y < end; y++) {
      const share = groupPosterior[y * GROUPS.length + g]!;
      for (let m = 0; m < size; m++) {
        found.posterior[y * classes + members[m]!] =
          share * chain.posterior[(y - first) * size + m]!;
      }
    }
    for (let y = first; y + 1 < end; y++) {
      const [from, to] = [found.classes[y]!, found.classes[y + 1]!];
      if (from === to) continue;
      chain.joint(y - first, transitions[0]!, joint);
      found.change[y] = joint[members.indexOf(from) * size + members.indexOf(to)]!;
    }
  }

  return (
    emission: Float64Array,
    groupPosterior: Float64Array,
    found: GroupedPixel,
    explained: boolean,
  ) => {
    if (explained) {
      found.change.fill(0);
      outsidePath(levels, emission, groupPosterior, found.posterior);
    }
    for (let first = 0; first < years; ) {
      let end = first + 1;
      while (end < years && found.groups[end] === found.groups[first]) end++;
      decode(emission, found, first, end);
      if (explained) explain(groupPosterior, found, first, end);
      first = end;
    }
  };
}

/** Outside the path's group a class keeps its share of the group's emission. */
function outsidePath(
  levels: readonly GroupLevel[],
  emission: Float64Array,
  groupPosterior: Float64Array,
  posterior: Float64Array,
): void {
  const years = groupPosterior.length / GROUPS.length;
  const classes = posterior.length / years;
  for (let y = 0; y < years; y++) {
    levels.forEach(({ members }, g) => {
      let sum = 0;
      for (const k of members) sum += emission[y * classes + k]!;
      const scale = groupPosterior[y * GROUPS.length + g]! / sum;
      for (const k of members) posterior[y * classes + k] = emission[y * classes + k]! * scale;
    });
  }
}
