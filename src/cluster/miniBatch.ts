import type { Random } from "../random.js";
import { type Iteration, type LloydOptions, lloyd, type Settled } from "./lloyd.js";
import { squaredDistance } from "./squaredDistance.js";

/** Settings of {@link miniBatch}. */
export interface MiniBatchOptions extends LloydOptions {
  /** Points of a step. */
  readonly batch: number;
  readonly random: Random;
}

/** Share of the newest step in the running mean of the movement. */
const newest = 0.1;

/**
 * Mini-batch K-means (Sculley 2010): every step draws points at random and pulls each one's nearest
 * centre towards it, the less the more points the centre has seen. At the end all points are put to
 * their nearest centre.
 *
 * @param data points [n][dimensions]
 * @param start centres [clusters][dimensions]
 */
export async function* miniBatch(
  data: Float32Array,
  dimensions: number,
  start: Float64Array,
  options: MiniBatchOptions,
): AsyncGenerator<Iteration, Settled> {
  const { batch, random, maxIterations, stopMovement, signal } = options;
  const points = data.length / dimensions;
  const centres = start.slice();
  const seen = new Float64Array(centres.length / dimensions);
  const drawn = new Uint32Array(batch);
  const nearest = new Uint16Array(batch);
  let iteration = 0;
  let mean = Number.POSITIVE_INFINITY;
  while (iteration < maxIterations && mean > stopMovement) {
    signal?.throwIfAborted();
    for (let i = 0; i < batch; i++) {
      drawn[i] = random.integer(points);
      nearest[i] = nearestCentre(data, drawn[i]! * dimensions, centres, dimensions);
    }
    const before = centres.slice();
    for (let i = 0; i < batch; i++) {
      const centre = nearest[i]!;
      seen[centre] = seen[centre]! + 1;
      const rate = 1 / seen[centre]!;
      for (let d = 0; d < dimensions; d++) {
        const at = centre * dimensions + d;
        centres[at]! += rate * (data[drawn[i]! * dimensions + d]! - centres[at]!);
      }
    }
    const movement = before.reduce((sum, was, i) => sum + (was - centres[i]!) ** 2, 0);
    mean = Number.isFinite(mean) ? mean + newest * (movement - mean) : movement;
    iteration++;
    yield { iteration, changed: batch, movement };
  }
  const assigning = lloyd(data, dimensions, centres, { ...options, maxIterations: 0 });
  const end = await assigning.next();
  if (!end.done) throw new RangeError("no iteration was asked for");
  return { ...end.value, iterations: iteration, converged: mean <= stopMovement };
}

function nearestCentre(
  data: Float32Array,
  point: number,
  centres: Float64Array,
  dimensions: number,
): number {
  let nearest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (let c = 0; c < centres.length / dimensions; c++) {
    const distance = squaredDistance(data, point, centres, c * dimensions, dimensions, shortest);
    if (distance >= shortest) continue;
    shortest = distance;
    nearest = c;
  }
  return nearest;
}
