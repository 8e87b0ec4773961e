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
  /** Joint posterior [from][to] of years y and y + 1 after `run` with their matrix, into `out`. */
  joint(y: number, transition: Float64Array, out: Float64Array): void;
  /** Adds to `out` what times the matrix is the joint posterior of years y and y + 1. */
  addPairs(y: number, out: Float64Array): void;
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
  /** Emission times backward of every year but the first. */
  const ahead = new Float64Array(states * years);
  /** Sum that the backward values of a year were divided by, and then that of the posterior. */
  const reach = new Float64Array(years);
  return {
    states,
    years,
    emission,
    posterior,
    run(start, transitions, count = years) {
      runForward(states, count, emission, start, transitions, forward);
      runBackward(states, count, emission, transitions, backward, ahead, reach);
      for (let y = 0, at = 0; y < count; y++, at += states) {
        let sum = 0;
        for (let i = at; i < at + states; i++) {
          const value = forward[i]! * backward[i]!;
          posterior[i] = value;
          sum += value;
        }
        scale(posterior, at, states, sum);
        reach[y]! *= sum;
      }
    },
    joint(y, transition, out) {
      const at = y * states;
      const after = at + states;
      const factor = 1 / reach[y]!;
      for (let k = 0, cell = 0; k < states; k++) {
        const share = forward[at + k]! * factor;
        for (let l = 0; l < states; l++, cell++) {
          out[cell] = share * transition[cell]! * ahead[after + l]!;
        }
      }
    },
    addPairs(y, out) {
      const at = y * states;
      const after = at + states;
      const factor = 1 / reach[y]!;
      for (let k = 0, cell = 0; k < states; k++) {
        const share = forward[at + k]! * factor;
        for (let l = 0; l < states; l++, cell++) out[cell]! += share * ahead[after + l]!;
      }
    },
  };
}

function runForward(
  states: number,
  count: number,
  emission: Float64Array,
  start: Float64Array,
  transitions: readonly Float64Array[],
  forward: Float64Array,
): void {
  let sum = 0;
  for (let k = 0; k < states; k++) {
    const value = start[k]! * emission[k]!;
    forward[k] = value;
    sum += value;
  }
  scale(forward, 0, states, sum);
  for (let y = 1; y < count; y++) {
    const at = y * states;
    const before = at - states;
    const matrix = transitions[y - 1]!;
    if (states === 4) fourTimes(forward, before, matrix, 4, 1, forward, at);
    else {
      for (let l = 0; l < states; l++) {
        let value = 0;
        for (let k = 0, cell = l; k < states; k++, cell += states) {
          value += forward[before + k]! * matrix[cell]!;
        }
        forward[at + l] = value;
      }
    }
    sum = 0;
    for (let i = at; i < at + states; i++) {
      const value = forward[i]! * emission[i]!;
      forward[i] = value;
      sum += value;
    }
    scale(forward, at, states, sum);
  }
}

function runBackward(
  states: number,
  count: number,
  emission: Float64Array,
  transitions: readonly Float64Array[],
  backward: Float64Array,
  ahead: Float64Array,
  reach: Float64Array,
): void {
  backward.fill(1, (count - 1) * states, count * states);
  for (let y = count - 2; y >= 0; y--) {
    const at = y * states;
    const after = at + states;
    const matrix = transitions[y]!;
    for (let i = after; i < after + states; i++) ahead[i] = emission[i]! * backward[i]!;
    if (states === 4) fourTimes(ahead, after, matrix, 1, 4, backward, at);
    else {
      for (let k = 0, cell = 0; k < states; k++) {
        let value = 0;
        for (let l = 0; l < states; l++, cell++) value += matrix[cell]! * ahead[after + l]!;
        backward[at + k] = value;
      }
    }
    let sum = 0;
    for (let i = at; i < after; i++) sum += backward[i]!;
    scale(backward, at, states, sum);
    reach[y] = sum;
  }
}

/**
 * A vector of four times a matrix of four by four, in one expression a value: the four groups are
 * where most time goes.
 *
 * @param inner step in the matrix along what is summed
 * @param outer step along the result
 */
function fourTimes(
  vector: Float64Array,
  from: number,
  matrix: Float64Array,
  inner: number,
  outer: number,
  out: Float64Array,
  at: number,
): void {
  const a = vector[from]!;
  const b = vector[from + 1]!;
  const c = vector[from + 2]!;
  const d = vector[from + 3]!;
  for (let k = 0, cell = 0; k < 4; k++, cell += outer) {
    out[at + k] =
      a * matrix[cell]! +
      b * matrix[cell + inner]! +
      c * matrix[cell + 2 * inner]! +
      d * matrix[cell + 3 * inner]!;
  }
}

/** Divides `size` values from `at` on by their sum. */
function scale(values: Float64Array, at: number, size: number, sum: number): void {
  const factor = 1 / sum;
  for (let i = at; i < at + size; i++) values[i]! *= factor;
}

/** Position of the largest of `states` values from `at` on, `step` apart; the first among equals. */
export function argmaxFrom(values: Float64Array, at: number, states: number, step = 1): number {
  let best = 0;
  let highest = values[at]!;
  for (let k = 1, i = at + step; k < states; k++, i += step) {
    if (values[i]! > highest) {
      highest = values[i]!;
      best = k;
    }
  }
  return best;
}
