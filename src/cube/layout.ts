import type { Grid } from "../raster/grid.js";
import type { ArrayPlan } from "./store.js";

/** Upper bounds of a chunk. */
const largestChunk = { rows: 64, columns: 256 };
/** Memory that building a cube may take where the study states none, bytes. */
export const defaultMemory = 3 * 2 ** 30;
/** Part of the memory that observations take; the rest is for workers, tiles and finished chunks. */
const observationShare = 0.5;

/** How the grid is cut: chunks are stored, blocks of whole chunks are built at once. */
export interface CubeLayout {
  readonly chunkRows: number;
  readonly chunkColumns: number;
  readonly blockRows: number;
  readonly blockColumns: number;
}

/** A rectangle of pixels of the study's grid; row1 and column1 are not included. */
export interface PixelBlock {
  readonly row0: number;
  readonly row1: number;
  readonly column0: number;
  readonly column1: number;
}

/**
 * Chunks of nearly equal size, the same for any memory, and nearly square blocks whose observations
 * take half of it.
 *
 * @param bytesPerPixel bytes that all observations of a pixel take
 * @param memory bytes that building may take
 */
export function cubeLayout(
  grid: Grid,
  bytesPerPixel: number,
  memory: number = defaultMemory,
): CubeLayout {
  const even = (size: number, most: number) => Math.ceil(size / Math.ceil(size / most));
  const chunkRows = even(grid.height, largestChunk.rows);
  const chunkColumns = even(grid.width, largestChunk.columns);
  const pixels = (memory * observationShare) / bytesPerPixel;
  const chunks = (size: number, chunk: number, most: number) => {
    const fitting = Math.max(1, Math.floor(most / chunk));
    return even(Math.ceil(size / chunk), fitting) * chunk;
  };
  const blockColumns = chunks(grid.width, chunkColumns, Math.sqrt(pixels));
  const blockRows = chunks(grid.height, chunkRows, pixels / blockColumns);
  return { chunkRows, chunkColumns, blockRows, blockColumns };
}

/** Place of a stored chunk among the chunks of the grid. */
export interface ChunkPlace {
  readonly chunkRow: number;
  readonly chunkColumn: number;
}

/** The blocks of a grid, row by row. */
export function cubeBlocks(grid: Grid, layout: CubeLayout): PixelBlock[] {
  const blocks: PixelBlock[] = [];
  for (let row0 = 0; row0 < grid.height; row0 += layout.blockRows) {
    for (let column0 = 0; column0 < grid.width; column0 += layout.blockColumns) {
      blocks.push({
        row0,
        row1: Math.min(grid.height, row0 + layout.blockRows),
        column0,
        column1: Math.min(grid.width, column0 + layout.blockColumns),
      });
    }
  }
  return blocks;
}

/** The chunks of a block. */
export function blockChunks(
  block: PixelBlock,
  { chunkRows, chunkColumns }: CubeLayout,
): ChunkPlace[] {
  const chunks: ChunkPlace[] = [];
  for (let row = block.row0; row < block.row1; row += chunkRows) {
    for (let column = block.column0; column < block.column1; column += chunkColumns) {
      chunks.push({ chunkRow: row / chunkRows, chunkColumn: column / chunkColumns });
    }
  }
  return chunks;
}

/** Names of the per-pixel statistics in the array `rules`. */
export const ruleNames: readonly string[] = ["snow_share", "water_share"];

/** The arrays of one year. */
export interface YearArrays {
  readonly series: ArrayPlan;
  readonly flags: ArrayPlan;
  readonly features: ArrayPlan;
  readonly valid_count: ArrayPlan;
  readonly rules: ArrayPlan;
}

/** Shapes and chunks of the arrays of a year. */
export function yearArrays(
  grid: Grid,
  layout: CubeLayout,
  dates: number,
  bands: readonly string[],
  features: readonly string[],
): YearArrays {
  const space = [grid.height, grid.width];
  const window = [layout.chunkRows, layout.chunkColumns];
  const plan = (
    type: ArrayPlan["type"],
    names: readonly string[],
    sizes: readonly number[],
    attributes: Readonly<Record<string, unknown>> = {},
  ): ArrayPlan => ({
    type,
    shape: [...sizes, ...space],
    chunks: [...sizes, ...window],
    dimensions: [...names, "y", "x"],
    attributes: { ...attributes, grid_mapping: "spatial_ref" },
  });
  return {
    series: plan("int16", ["time", "band"], [dates, bands.length], {
      bands,
      scale_factor: 1e-4,
      missing_value: -32768,
    }),
    flags: plan("uint8", ["time"], [dates]),
    features: plan("float32", ["feature"], [features.length], { features }),
    valid_count: plan("uint16", [], []),
    rules: plan("float32", ["statistic"], [ruleNames.length], { statistics: ruleNames }),
  };
}
