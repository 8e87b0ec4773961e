/** Neighbours that vote on a pixel. */
export const voters = 15;

/** A balanced set of labelled pixels, sorted by the first coordinate. */
export interface ReferencePool {
  /** Coordinates along the principal axes [m][features]. */
  readonly rows: Float32Array;
  /** Legend column [m]. */
  readonly column: Uint8Array;
  /** Position of the pixel centre, metres [m]. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Pixels to be voted on, in the same coordinates. */
export interface Asked {
  readonly rows: Float32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Result of a vote on n pixels. */
export interface Votes {
  /** Votes for each class [n][classes]. */
  readonly counts: Uint8Array;
  /** Class with most votes [n]; among equals the one of the nearest neighbour; 255 without a vote. */
  readonly winner: Uint8Array;
}

/**
 * Lets the nearest references vote on the pixels first..last-1, leaving out references within
 * `gap` metres on the ground (0: only the pixel itself). Exact search: outwards along the first
 * principal axis until it alone is farther than the neighbours found. The neighbours of the pixel
 * before say from the start how far these can be.
 *
 * @param votes filled for these pixels
 */
export function voteOn(
  asked: Asked,
  pool: ReferencePool,
  features: number,
  classes: number,
  gap: number,
  first: number,
  last: number,
  votes: Votes,
): void {
  const references = pool.column.length;
  const distance = new Float64Array(voters);
  const neighbour = new Int32Array(voters);
  let found = 0;
  const isNear = (i: number, r: number): boolean => {
    const dx = asked.x[i]! - pool.x[r]!;
    const dy = asked.y[i]! - pool.y[r]!;
    return dx * dx + dy * dy <= gap * gap;
  };
  /** A squared distance that is larger than those of the pixel's neighbours. */
  const limitOf = (i: number): number => {
    let largest = 0;
    for (let n = 0; n < voters; n++) {
      if (found < voters || isNear(i, neighbour[n]!)) return Number.POSITIVE_INFINITY;
      const o = neighbour[n]! * features;
      let squared = 0;
      for (let f = 0; f < features; f++) {
        const e = asked.rows[i * features + f]! - pool.rows[o + f]!;
        squared += e * e;
      }
      largest = Math.max(largest, squared);
    }
    return largest * (1 + 1e-12) + Number.MIN_VALUE;
  };
  for (let i = first; i < last; i++) {
    const row = i * features;
    const along = asked.rows[row]!;
    let farthest = limitOf(i);
    found = 0;
    let up = lowerBound(pool.rows, features, references, along);
    let down = up - 1;
    for (;;) {
      const upGap = up < references ? pool.rows[up * features]! - along : Number.POSITIVE_INFINITY;
      const downGap = down >= 0 ? along - pool.rows[down * features]! : Number.POSITIVE_INFINITY;
      const step = Math.min(upGap, downGap);
      if (step * step >= farthest || step === Number.POSITIVE_INFINITY) break;
      const r = upGap <= downGap ? up++ : down--;
      let squared = 0;
      const o = r * features;
      let f = 0;
      // A branch for each coordinate would cost more than it does.
      for (; f + 4 <= features && squared < farthest; f += 4) {
        const e0 = asked.rows[row + f]! - pool.rows[o + f]!;
        const e1 = asked.rows[row + f + 1]! - pool.rows[o + f + 1]!;
        const e2 = asked.rows[row + f + 2]! - pool.rows[o + f + 2]!;
        const e3 = asked.rows[row + f + 3]! - pool.rows[o + f + 3]!;
        squared = squared + e0 * e0 + e1 * e1 + e2 * e2 + e3 * e3;
      }
      for (; f < features && squared < farthest; f++) {
        const e = asked.rows[row + f]! - pool.rows[o + f]!;
        squared += e * e;
      }
      if (squared >= farthest || isNear(i, r)) continue;
      let place = found < voters ? found++ : voters - 1;
      while (place > 0 && distance[place - 1]! > squared) {
        distance[place] = distance[place - 1]!;
        neighbour[place] = neighbour[place - 1]!;
        place--;
      }
      distance[place] = squared;
      neighbour[place] = r;
      if (found === voters) farthest = distance[voters - 1]!;
    }
    count(pool.column, neighbour, found, i, classes, votes);
  }
}

function count(
  column: Uint8Array,
  neighbour: Int32Array,
  found: number,
  pixel: number,
  classes: number,
  { counts, winner }: Votes,
): void {
  const start = pixel * classes;
  counts.fill(0, start, start + classes);
  let most = 0;
  for (let n = 0; n < found; n++) {
    const votes = ++counts[start + column[neighbour[n]!]!]!;
    if (votes > most) most = votes;
  }
  winner[pixel] = 255;
  for (let n = 0; n < found; n++) {
    if (counts[start + column[neighbour[n]!]!] !== most) continue;
    winner[pixel] = column[neighbour[n]!]!;
    break;
  }
}

/** First reference whose leading coordinate is not below the value. */
function lowerBound(rows: Float32Array, features: number, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle * features]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
