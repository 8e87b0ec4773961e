/** Buffers of a hidden Markov chain of one pixel; `emission` is filled before each run. */
export interface Chain {
  readonly states: number;
  readonly years: number;
  /** [year][state], any positive scale within a year. */
  readonly emission: Float64Array;
  /** Posterior of every state given all years [year][state], set by `run`. */
  readonly posterior: Float64Array;
  /**
   * Forward-backward over the first `years` years.
   *
   * @param start shares of the states in the first year
   * @param transitions matrix [from][to] for every pair of years
   */
  run(start: Float64Array, transitions: readonly Float64Array[], years?: number): void;
  /** Joint posterior [from][to] of years y and y + 1 after `run`, into `out`. */
  joint(y: number, transition: Float64Array, out: Float64Array): void;
}

/**
 * A chain with its buffers, so that no memory is taken per pixel. Standard scaled forward-backward
 * algebra (Rabiner 1989, Proc. IEEE 77(2), section III).
 */
export function createChain(states: number, years: number): Chain {
  const emission = new Float64Array(states * years);
  const forward = new Float64Array(states * years);
  const backward = new Float64Array(states * years);
  const posterior = new Float64Array(states * years);

  const normalise = (values: Float64Array, at: number) => {
    let sum = 0;
    for (let k = 0; k < states; k++) sum += values[at + k]!;
    const factor = 1 / sum;
    for (let k = 0; k < states; k++) values[at + k]! *= factor;
  };

  return {
    states,
    years,
    emission,
    posterior,
    run(start, transitions, count = years) {
      for (let k = 0; k < states; k++) forward[k] = start[k]! * emission[k]!;
      normalise(forward, 0);
      for (let y = 1; y < count; y++) {
        const at = y * states;
        const before = at - states;
        const matrix = transitions[y - 1]!;
        forward.fill(0, at, at + states);
        for (let k = 0, cell = 0; k < states; k++) {
          const share = forward[before + k]!;
          for (let l = 0; l < states; l++, cell++) forward[at + l]! += share * matrix[cell]!;
        }
        for (let l = 0; l < states; l++) forward[at + l]! *= emission[at + l]!;
        normalise(forward, at);
      }
      backward.fill(1, (count - 1) * states, count * states);
      for (let y = count - 2; y >= 0; y--) {
        const at = y * states;
        const after = at + states;
        const matrix = transitions[y]!;
        for (let k = 0, cell = 0; k < states; k++) {
          let sum = 0;
          for (let l = 0; l < states; l++, cell++) {
            sum += matrix[cell]! * emission[after + l]! * backward[after + l]!;
          }
          backward[at + k] = sum;
        }
        normalise(backward, at);
      }
      for (let y = 0; y < count; y++) {
        const at = y * states;
        for (let k = 0; k < states; k++) posterior[at + k] = forward[at + k]! * backward[at + k]!;
        normalise(posterior, at);
      }
    },
    joint(y, transition, out) {
      const at = y * states;
      const after = at + states;
      let sum = 0;
      for (let k = 0, cell = 0; k < states; k++) {
        for (let l = 0; l < states; l++, cell++) {
          const value =
            forward[at + k]! * transition[cell]! * emission[after + l]! * backward[after + l]!;
          out[cell] = value;
          sum += value;
        }
      }
      for (let cell = 0; cell < states * states; cell++) out[cell]! /= sum;
    },
  };
}

/** Position of the largest of `states` values from `at` on; the first among equals. */
export function argmaxFrom(values: Float64Array, at: number, states: number): number {
  let best = 0;
  for (let k = 1; k < states; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}
