import type { Random } from "../random.js";

/** Points examined for a start; more do not change it measurably. */
const startPoints = 20_000;

/**
 * Start centres by k-means++ (Arthur and Vassilvitskii 2007), each the best of 2 + log k trials.
 *
 * @param data points [n][dimensions]
 * @returns centres [clusters][dimensions]
 */
export function plusPlusStart(
  data: Float32Array,
  dimensions: number,
  clusters: number,
  random: Random,
): Float64Array {
  const points = data.length / dimensions;
  const count = Math.min(points, startPoints);
  const offset = (p: number) => Math.floor((p * points) / count) * dimensions;
  const centres = new Float64Array(clusters * dimensions);
  const trials = 2 + Math.floor(Math.log(clusters));
  let nearest: Float64Array = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let trial: Float64Array = new Float64Array(count);
  let best: Float64Array = new Float64Array(count);

  /** Fills `into` with squared distances to the nearest centre once `candidate` is one; returns their sum. */
  const potential = (candidate: number, into: Float64Array): number => {
    const centre = offset(candidate);
    let sum = 0;
    for (let p = 0; p < count; p++) {
      const o = offset(p);
      const known = nearest[p]!;
      let distance = 0;
      for (let d = 0; d < dimensions && distance < known; d++) {
        const e = data[o + d]! - data[centre + d]!;
        distance += e * e;
      }
      into[p] = Math.min(distance, known);
      sum += into[p]!;
    }
    return sum;
  };
  const draw = (total: number): number => {
    let rest = random.uniform() * total;
    for (let p = 0; p < count - 1; p++) {
      rest -= nearest[p]!;
      if (rest < 0) return p;
    }
    return count - 1;
  };

  let total = 0;
  for (let k = 0; k < clusters; k++) {
    let chosen = random.integer(count);
    if (k === 0) {
      total = potential(chosen, best);
    } else {
      let lowest = Number.POSITIVE_INFINITY;
      for (let t = 0; t < trials; t++) {
        const candidate = draw(total);
        const sum = potential(candidate, trial);
        if (sum < lowest) {
          lowest = sum;
          chosen = candidate;
          [trial, best] = [best, trial];
        }
      }
      total = lowest;
    }
    [nearest, best] = [best, nearest];
    const o = offset(chosen);
    for (let d = 0; d < dimensions; d++) centres[k * dimensions + d] = data[o + d]!;
  }
  return centres;
}
