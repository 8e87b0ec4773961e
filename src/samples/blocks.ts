import { DataError, FileError } from "../errors.js";
import type { LabelMap } from "../labels/sourceClass.js";
import { createRandom } from "../random.js";
import type { Grid } from "../raster/grid.js";
import { sameGrid } from "../raster/grid.js";
import { readRaster } from "../raster/readRaster.js";
import { writeCog } from "../raster/writeCog.js";
import type { Study } from "../study/study.js";
import { erodedPool } from "./erosion.js";
import { labelColumns } from "./labelColumns.js";
import { classQuota } from "./quota.js";

/** What the pixels of a block are for. */
export const BlockSet = Object.freeze({ train: 0, validation: 1, test: 2, guard: 255 });

/** Spatial blocks of a study and the set each pixel belongs to. */
export interface Blocks {
  /** Side of a block, metres (to the nearest whole number of blocks across the area). */
  readonly size: number;
  /** Number of the block [pixel], counted row by row. */
  readonly block: Uint16Array;
  /** A value of {@link BlockSet} [pixel]. */
  readonly set: Uint8Array;
}

/** Shares of the blocks: training, validation, test. */
const shares = [0.6, 0.2, 0.2] as const;
const candidates = 200;
const smallestSide = 80;
const largestSide = 2_560;
const widestGuard = 200;

/**
 * Parts the area into blocks of an eighth of its shorter side (80 m to 2.56 km), 60 / 20 / 20
 * for training, validation and test, with a guard strip of min(200 m, block / 8) between the sets.
 * Of 200 ways, drawn from the region's name, it takes the one that spreads the classes of the
 * eroded label source most evenly. Written as samples/blocks.tif.
 *
 * @throws DataError when the area would need more than 65 535 blocks
 */
export async function prepareBlocks(study: Study, labels: LabelMap): Promise<Blocks> {
  const { grid, legend, manifest } = study;
  const layout = layBlocks(grid);
  const columns = labelColumns(labels, legend);
  const { inside } = erodedPool(labels, legend, grid, classQuota(study, grid.width * grid.height));
  const pools = Array.from({ length: layout.count }, () => new Float64Array(legend.length));
  for (let i = 0; i < columns.length; i++) {
    if (inside[i] === 1) pools[layout.block[i]!]![columns[i]!]!++;
  }
  const setOfBlock = mostEvenSets(pools, manifest.region);
  const set = Uint8Array.from(layout.block, (block) => setOfBlock[block]!);
  const blocks = { size: layout.size, block: layout.block, set: guarded(set, layout.size, grid) };
  await writeCog(study.folder.samples("blocks.tif"), {
    grid,
    bands: [blocks.block, Uint16Array.from(blocks.set)],
    bandNames: ["block", "set"],
    overviews: "none",
  });
  return blocks;
}

/** Reads what {@link prepareBlocks} wrote. */
export async function openBlocks(study: Study): Promise<Blocks> {
  const path = study.folder.samples("blocks.tif");
  const { grid, bands } = await readRaster(path);
  if (!sameGrid(grid, study.grid)) throw new FileError(path, "lies on another grid than the study");
  return {
    size: layBlocks(grid).size,
    block: Uint16Array.from(bands[0]!),
    set: Uint8Array.from(bands[1]!),
  };
}

/** Numbers the blocks of a grid; all have the same size to a pixel. */
export function layBlocks(grid: Grid): { size: number; count: number; block: Uint16Array } {
  const { width, height, pixelWidth, pixelHeight } = grid;
  const shorter = Math.min(width * pixelWidth, height * pixelHeight);
  const size = Math.min(largestSide, Math.max(smallestSide, shorter / 8));
  const across = Math.max(1, Math.round((width * pixelWidth) / size));
  const down = Math.max(1, Math.round((height * pixelHeight) / size));
  if (across * down > 65_535) {
    throw new DataError(
      "area",
      `needs ${across * down} blocks of ${size} m, expected 65535 at most`,
    );
  }
  const block = new Uint16Array(width * height);
  for (let i = 0; i < block.length; i++) {
    const column = Math.floor(((i % width) * across) / width);
    const row = Math.floor((Math.floor(i / width) * down) / height);
    block[i] = row * across + column;
  }
  return { size, count: across * down, block };
}

/**
 * Set of each block, from the candidate whose class shares are closest to 60 / 20 / 20.
 *
 * @param pools pixels of each class in each block
 */
export function mostEvenSets(pools: readonly Float64Array[], name: string): Uint8Array {
  const random = createRandom(0).split(name);
  let best = new Uint8Array(pools.length);
  let lowest = Number.POSITIVE_INFINITY;
  for (let candidate = 0; candidate < candidates; candidate++) {
    const order = random
      .split(candidate)
      .shuffle(Uint16Array.from({ length: pools.length }, (_, block) => block));
    const train = Math.round(shares[0] * order.length);
    const validation = Math.round((shares[0] + shares[1]) * order.length);
    const sets = new Uint8Array(order.length);
    order.forEach((block, rank) => {
      sets[block] =
        rank < train ? BlockSet.train : rank < validation ? BlockSet.validation : BlockSet.test;
    });
    const distance = unevenness(pools, sets);
    if (distance < lowest) {
      lowest = distance;
      best = sets;
    }
  }
  return best;
}

/**
 * Sum over the classes of the Kullback-Leibler divergence between 60 / 20 / 20 and the class's
 * shares; an empty set weighs most.
 */
function unevenness(pools: readonly Float64Array[], sets: Uint8Array): number {
  const classes = pools[0]?.length ?? 0;
  let total = 0;
  for (let k = 0; k < classes; k++) {
    const pixels = [0, 0, 0];
    for (const [block, pool] of pools.entries()) pixels[sets[block]!]! += pool[k]!;
    const all = pixels[0]! + pixels[1]! + pixels[2]!;
    if (all === 0) continue;
    for (const [s, share] of shares.entries()) {
      total += share * Math.log(share / (pixels[s]! / all + 0.01));
    }
  }
  return total;
}

/** The sets with half the guard strip taken off on either side of every border between two sets. */
export function guarded(set: Uint8Array, blockSize: number, grid: Grid): Uint8Array {
  const { width, height, pixelWidth, pixelHeight } = grid;
  const half = Math.min(widestGuard, blockSize / 8) / 2;
  const across = Math.ceil(half / pixelWidth);
  const down = Math.ceil(half / pixelHeight);
  const out = set.slice();
  for (let i = 0; i < set.length; i++) {
    const column = i % width;
    const row = Math.floor(i / width);
    // Sets change only at block borders, which lie farther apart than the strip: eight looks suffice.
    for (const r of [Math.max(0, row - down), row, Math.min(height - 1, row + down)]) {
      for (const c of [
        Math.max(0, column - across),
        column,
        Math.min(width - 1, column + across),
      ]) {
        if (set[r * width + c] !== set[i]) out[i] = BlockSet.guard;
      }
    }
  }
  return out;
}
