/** Posterior of every year and the best path, by scoring all K^Y paths. */
export interface Oracle {
  /** [year][class] */
  readonly posterior: Float64Array;
  readonly path: number[];
}

/**
 * Scores every path of a hidden Markov chain one by one.
 *
 * @param emission [year][class]
 */
export function enumeratePaths(
  emission: Float64Array,
  start: Float64Array,
  transitions: readonly Float64Array[],
): Oracle {
  const states = start.length;
  const years = emission.length / states;
  const posterior = new Float64Array(emission.length);
  let total = 0;
  let best = -1;
  let path: number[] = [];
  for (let code = 0; code < states ** years; code++) {
    const along = Array.from({ length: years }, (_, y) => Math.floor(code / states ** y) % states);
    let score = start[along[0]!]! * emission[along[0]!]!;
    for (let y = 1; y < years; y++) {
      score *= transitions[y - 1]![along[y - 1]! * states + along[y]!]!;
      score *= emission[y * states + along[y]!]!;
    }
    total += score;
    along.forEach((k, y) => {
      posterior[y * states + k]! += score;
    });
    if (score > best) {
      best = score;
      path = along;
    }
  }
  return { posterior: posterior.map((value) => value / total), path };
}
