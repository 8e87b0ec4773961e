import type { Random } from "../random.js";
import { coverOf } from "./coverGroups.js";
import { type GroupedModel, groupedHmm } from "./groupedHmm.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { changeWeight } from "./transitions.js";

/** Labels of changing pixels: for every year how probable each class is, given all years. */
export interface SoftLabels {
  /** Ascending. */
  readonly pixel: Uint32Array;
  /** [pixel][year][class], sums to 1 a year. */
  readonly targets: Float32Array;
  /** [pixel][year], 1 - entropy / log of the number of classes: 1 where the class is certain. */
  readonly weights: Float32Array;
}

/** Least {@link changeWeight} of a change that counts as plausible. */
const PLAUSIBLE = 0.1;

/**
 * Soft labels by the posteriors of the grouped hidden Markov model, of pixels whose most probable
 * classes change once and in a plausible direction: what returns to its first class is more likely an
 * error.
 *
 * @param allowed 1 [pixel] where labels may come from
 * @param most pixels at most, drawn at random from all that qualify
 */
export function softLabels(
  series: ProbabilitySeries,
  model: GroupedModel,
  allowed: Uint8Array,
  most: number,
  random: Random,
): SoftLabels {
  const cover = model.legend.map(({ name }) => coverOf(name));
  const found: { readonly pixel: number; readonly posterior: Float32Array }[] = [];
  groupedHmm(series, model, (pixel, { classes, posterior }) => {
    if (allowed[pixel] !== 1) return;
    let changes = 0;
    for (let y = 1; y < classes.length; y++) {
      const [from, to] = [classes[y - 1]!, classes[y]!];
      if (from === to) continue;
      changes++;
      if (changeWeight(cover[from]!, cover[to]!) < PLAUSIBLE) return;
    }
    if (changes === 1) found.push({ pixel, posterior: Float32Array.from(posterior) });
  });
  const order = random.shuffle(Uint32Array.from(found, (_, i) => i));
  const chosen = order.slice(0, most).sort();
  const size = series.years.length * series.classes;
  const targets = new Float32Array(chosen.length * size);
  const weights = new Float32Array(chosen.length * series.years.length);
  chosen.forEach((entry, i) => {
    const { posterior } = found[entry]!;
    targets.set(posterior, i * size);
    for (let y = 0; y < series.years.length; y++) {
      const year = posterior.subarray(y * series.classes, (y + 1) * series.classes);
      weights[i * series.years.length + y] = certainty(year);
    }
  });
  return { pixel: chosen.map((entry) => found[entry]!.pixel), targets, weights };
}

/** 1 - normalised entropy, 0-1. */
function certainty(shares: Float32Array): number {
  const entropy = shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.max(0, 1 - entropy / Math.log(shares.length));
}
