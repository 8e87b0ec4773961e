import type { Random } from "../random.js";

/** A sequence of batches over shuffled samples. */
export interface BatchOrder {
  /** Sample numbers of the batch of a step (from 0); valid until the next call. */
  batch(step: number): Uint32Array;
}

/**
 * Batches of a constant size from one shuffled pass over the samples after the other: a batch may
 * reach into the next pass. Every pass has its own stream of `random`, so the batch of a step does
 * not depend on the steps asked for before.
 */
export function batchOrder(samples: number, size: number, random: Random): BatchOrder {
  const batch = new Uint32Array(size);
  let pass = -1;
  const order = new Uint32Array(samples);
  const shuffle = (wanted: number) => {
    pass = wanted;
    for (let i = 0; i < samples; i++) order[i] = i;
    random.split(wanted).shuffle(order);
  };
  return {
    batch(step) {
      for (let i = 0; i < size; i++) {
        const position = step * size + i;
        const wanted = Math.floor(position / samples);
        if (wanted !== pass) shuffle(wanted);
        batch[i] = order[position % samples]!;
      }
      return batch;
    },
  };
}
