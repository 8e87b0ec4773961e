import { UsageError } from "../errors.js";
import type { Legend } from "../manifest/manifest.js";
import { type Cover, coverOf, GROUPS } from "./coverGroups.js";

const FOREST: readonly Cover[] = ["forest", "broadleaves", "conifers"];
const VEGETATED: readonly Cover[] = [...FOREST, "grass", "crops", "shrubland"];
const BARE: readonly Cover[] = ["rocks", "sand", "mineral"];

/** Pairs that change both ways as a matter of course. */
const MUTUAL: readonly (readonly [Cover, Cover])[] = [
  ["crops", "grass"],
  ["rocks", "snow"],
  ["sand", "water"],
];

/**
 * How plausible a change from one cover to another is beside other changes of the same cover, 0-1
 * (weights of the method's hidden Markov model).
 */
export function changeWeight(from: Cover | null, to: Cover | null): number {
  if (from === null || to === null) return 0.05;
  const mutual = MUTUAL.some(([a, b]) => (from === a && to === b) || (from === b && to === a));
  if (mutual) return 1;
  if (from === "artificial") return 0.01;
  if (FOREST.includes(from)) {
    if (to === "shrubland" || to === "grass" || to === "rocks") return 1;
    if (FOREST.includes(to)) return 0.01;
  }
  if ([...VEGETATED, ...BARE].includes(from) && (to === "artificial" || to === "mineral")) return 1;
  if (from === "grass" && to === "shrubland") return 0.3;
  if (from === "shrubland" && FOREST.includes(to)) return 0.1;
  if (from === "rocks" && (to === "sand" || to === "grass")) return 0.1;
  if (from === "sand" && to === "rocks") return 0.1;
  if (from === "water" && FOREST.includes(to)) return 0;
  return 0.05;
}

/** @throws UsageError when a share is not in 0-1 */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new UsageError(name, `${value} is not in 0..1`);
}

/**
 * Transition matrix of classes, row-major [from][to], rows sum to 1: stay with 1 - change, leave in
 * proportion to {@link changeWeight}.
 *
 * @param change probability that a class changes from one year to the next, 0-1
 * @param members classes of the matrix, by default the whole legend; a single one never changes
 */
export function classTransitions(
  legend: Legend,
  change: number,
  members: readonly number[] = legend.map((_, k) => k),
): Float64Array {
  checkShare("change", change);
  const covers = members.map((k) => coverOf(legend[k]!.name));
  const size = covers.length;
  const matrix = new Float64Array(size * size);
  covers.forEach((from, i) => {
    const weights = covers.map((to, j) => (i === j ? 0 : changeWeight(from, to)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, j) => {
      if (i === j) matrix[i * size + j] = total === 0 ? 1 : 1 - change;
      else matrix[i * size + j] = total === 0 ? 0 : (change * weight) / total;
    });
  });
  return matrix;
}

/** Share of the forest lost in an event that becomes open land; the rest is spread over other groups. */
const OPENED = 0.98;

/**
 * Transition matrix of the groups forest, open land, water and snow: stay with 1 - change, leave for
 * each other group alike.
 *
 * @param change probability that a group changes from one year to the next, 0-1
 * @param felled probability that forest is lost between the two years, 0-1; `change` where it is null
 */
export function groupTransitions(change: number, felled: number | null): Float64Array {
  checkShare("change", change);
  const size = GROUPS.length;
  const matrix = new Float64Array(size * size).fill(change / (size - 1));
  for (let g = 0; g < size; g++) matrix[g * size + g] = 1 - change;
  if (felled === null) return matrix;
  checkShare("felled", felled);
  const forest = GROUPS.indexOf("forest");
  const open = GROUPS.indexOf("open");
  for (let g = 0; g < size; g++) {
    const share = g === forest ? 1 - felled : felled * (g === open ? OPENED : 1 - OPENED);
    matrix[forest * size + g] = g === forest || g === open ? share : share / (size - 2);
  }
  return matrix;
}
