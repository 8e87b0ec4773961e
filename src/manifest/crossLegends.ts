import type { Legend, OtherMap } from "./manifest.js";

/** The finest legend that two maps can express. */
export interface CrossedLegends {
  /** Names of its classes: those of the region's legend that it takes together, such as `Broadleaves + Conifers`. */
  readonly groups: readonly string[];
  /** Group of every class of the region's legend from 1, 0 where the other map has none. */
  readonly ofClass: Uint8Array;
  /** Group of every raster value of the other map, from 1. */
  readonly ofValue: ReadonlyMap<number, number>;
}

/**
 * Crosses a legend with that of another map: classes that one value stands for become one, and so do
 * values that share a class.
 */
export function crossLegends(legend: Legend, values: OtherMap["legend"]): CrossedLegends {
  const number = new Map(legend.map(({ name }, k) => [name, k]));
  const first = legend.map((_, k) => k);
  const root = (k: number): number => (first[k] === k ? k : root(first[k]!));
  const meant = Object.entries(values).map(([value, names]) => ({
    value: Number(value),
    classes: [names].flat().flatMap((name) => number.get(name) ?? []),
  }));
  for (const { classes } of meant) {
    const roots = classes.map(root);
    for (const one of roots) first[one] = Math.min(...roots);
  }
  const present = new Set(meant.flatMap(({ classes }) => classes));
  const roots = [...new Set([...present].map(root))].sort((a, b) => a - b);
  const ofClass = Uint8Array.from(legend, (_, k) =>
    present.has(k) ? roots.indexOf(root(k)) + 1 : 0,
  );
  return {
    groups: roots.map((_, g) =>
      legend
        .filter((_, k) => ofClass[k] === g + 1)
        .map(({ name }) => name)
        .join(" + "),
    ),
    ofClass,
    ofValue: new Map(
      meant.flatMap(({ value, classes }) =>
        classes.length === 0 ? [] : [[value, ofClass[classes[0]!]!]],
      ),
    ),
  };
}
