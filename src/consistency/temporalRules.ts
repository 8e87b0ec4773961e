import type { ClassSeries } from "./probabilitySeries.js";

/** Years of one pixel, changed in place. */
type Rule = (years: Uint8Array) => void;

/** Applies rules one after the other to every pixel of a copy of the maps. */
export function applyRules(maps: ClassSeries, rules: readonly Rule[]): ClassSeries {
  const out = maps.map((map) => Uint8Array.from(map));
  const pixels = out[0]?.length ?? 0;
  const years = new Uint8Array(out.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let y = 0; y < out.length; y++) years[y] = out[y]![pixel]!;
    for (const rule of rules) rule(years);
    for (let y = 0; y < out.length; y++) out[y]![pixel] = years[y]!;
  }
  return out;
}

/** A year without a class takes the class before it, then what is left the class after it. */
export const fillGaps: Rule = (years) => {
  for (let y = 1; y < years.length; y++) if (years[y] === 0) years[y] = years[y - 1]!;
  for (let y = years.length - 2; y >= 0; y--) if (years[y] === 0) years[y] = years[y + 1]!;
};

/** Y, X, X becomes X, X, X for the classes X of the list. */
export function firstYearRule(classes: ReadonlySet<number>): Rule {
  return (years) => {
    if (years.length < 3) return;
    const next = years[1]!;
    if (years[0] !== next && next === years[2] && classes.has(next)) years[0] = next;
  };
}

/** X, X, Y becomes X, X, X for the classes X of the list. */
export function lastYearRule(classes: ReadonlySet<number>): Rule {
  return (years) => {
    const n = years.length;
    if (n < 3) return;
    const before = years[n - 2]!;
    if (years[n - 1] !== before && before === years[n - 3] && classes.has(before)) {
      years[n - 1] = before;
    }
  };
}

/**
 * Between two equal years at most `longest` other ones become equal too: X, Y, X becomes X, X, X.
 * Classes are treated in the order of the list, short gaps first.
 */
export function middleRule(classes: readonly number[], longest = 1): Rule {
  return (years) => {
    for (let gap = 1; gap <= longest; gap++) {
      for (const k of classes) {
        for (let y = 0; y + gap + 1 < years.length; y++) {
          if (years[y] !== k || years[y + gap + 1] !== k) continue;
          years.fill(k, y + 1, y + gap + 1);
        }
      }
    }
  };
}

/**
 * A pixel that is natural in at least 90 % of the years and never farmed or built takes the natural
 * class that it has in more than half of them.
 */
export function frequencyRule(natural: ReadonlySet<number>, used: ReadonlySet<number>): Rule {
  const counts = new Uint16Array(256);
  return (years) => {
    let wild = 0;
    for (const k of years) {
      if (used.has(k)) return;
      if (natural.has(k)) wild++;
    }
    if (wild < 0.9 * years.length) return;
    counts.fill(0);
    for (const k of years) counts[k]!++;
    for (const k of years) {
      if (!natural.has(k) || counts[k]! * 2 <= years.length) continue;
      years.fill(k);
      return;
    }
  };
}
