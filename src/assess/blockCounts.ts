import { DataError } from "../errors.js";

/** Pixels on which scores are computed, each with the number of its spatial block. */
export interface ScoredPixels {
  /** Pixel indices in ascending order. */
  readonly pixels: Uint32Array;
  /** For each of `pixels` its block, renumbered 0..blocks-1. */
  readonly block: Uint16Array;
  readonly blocks: number;
}

/**
 * Counts per spatial block: the sufficient statistic of every score of this folder, so that a
 * bootstrap draw is a sum of rows.
 */
export interface BlockCounts {
  readonly blocks: number;
  readonly width: number;
  /** [block][cell], pixels. */
  readonly counts: Float64Array;
}

/** Set numbers of validation and test blocks; nothing is trained there. */
const SCORED_SETS: readonly number[] = [1, 2];

/**
 * The pixels of validation and test blocks.
 *
 * @param blocks block number and set of every pixel (0 train, 1 validation, 2 test, 255 guard strip)
 * @throws DataError when no pixel lies in the wanted sets
 */
export function scoredPixels(
  blocks: { readonly block: Uint16Array; readonly set: Uint8Array },
  sets: readonly number[] = SCORED_SETS,
): ScoredPixels {
  const wanted = new Uint8Array(256);
  for (const set of sets) wanted[set] = 1;
  const { set } = blocks;
  let count = 0;
  for (let pixel = 0; pixel < set.length; pixel++) count += wanted[set[pixel]!]!;
  if (count === 0) {
    throw new DataError("blocks", `no pixel lies in the scored sets ${sets.join(" and ")}`);
  }
  const pixels = new Uint32Array(count);
  const block = new Uint16Array(count);
  const unseen = 65_535;
  const number = new Uint16Array(65_536).fill(unseen);
  let found = 0;
  let at = 0;
  for (let pixel = 0; pixel < set.length; pixel++) {
    if (wanted[set[pixel]!] === 0) continue;
    const id = blocks.block[pixel]!;
    let compact = number[id]!;
    if (compact === unseen) {
      compact = found++;
      number[id] = compact;
    }
    pixels[at] = pixel;
    block[at++] = compact;
  }
  return { pixels, block, blocks: found };
}

/**
 * Counts per block: `visit` is called once a pixel with the row of counts of its block, which it
 * increments where it wants.
 */
export function countPixels(
  scored: ScoredPixels,
  width: number,
  visit: (pixel: number, row: Float64Array) => void,
): BlockCounts {
  const counts = new Float64Array(scored.blocks * width);
  const rows = Array.from({ length: scored.blocks }, (_, b) =>
    counts.subarray(b * width, (b + 1) * width),
  );
  for (let i = 0; i < scored.pixels.length; i++) visit(scored.pixels[i]!, rows[scored.block[i]!]!);
  return { blocks: scored.blocks, width, counts };
}

/** Sum over blocks. */
export function sumBlocks({ width, counts }: BlockCounts): Float64Array {
  const sum = new Float64Array(width);
  for (let at = 0; at < counts.length; at += width) {
    for (let i = 0; i < width; i++) sum[i]! += counts[at + i]!;
  }
  return sum;
}

/** Counts without their zeros, so that a draw adds up only what is there. */
interface SparseCounts {
  /** Where the entries of a block begin; those of the next one end them. */
  readonly first: Uint32Array;
  readonly cell: Uint32Array;
  readonly count: Float64Array;
}

function sparseCounts({ blocks, width, counts }: BlockCounts): SparseCounts {
  const present = counts.reduce((sum, count) => (count === 0 ? sum : sum + 1), 0);
  const first = new Uint32Array(blocks + 1);
  const cell = new Uint32Array(present);
  const count = new Float64Array(present);
  let at = 0;
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < width; i++) {
      const value = counts[b * width + i]!;
      if (value === 0) continue;
      cell[at] = i;
      count[at++] = value;
    }
    first[b + 1] = at;
  }
  return { first, cell, count };
}

/**
 * A function that adds up blocks, each taken as often as it is told; it returns one array again and
 * again.
 */
export function blockAdder(counts: BlockCounts): (times: Uint16Array) => Float64Array {
  const { first, cell, count } = sparseCounts(counts);
  const sum = new Float64Array(counts.width);
  return (times) => {
    sum.fill(0);
    for (let b = 0; b < times.length; b++) {
      const weight = times[b]!;
      if (weight === 0) continue;
      const end = first[b + 1]!;
      for (let i = first[b]!; i < end; i++) sum[cell[i]!]! += weight * count[i]!;
    }
    return sum;
  };
}
