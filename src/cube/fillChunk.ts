import type { BuildContext, Observations } from "./buildContext.js";
import { missingValue } from "./cube.js";
import { createWeights, fillBand, fillWeights } from "./fill.js";
import type { PixelBlock, YearArrays } from "./layout.js";
import { createStatistics, type PixelRun } from "./pixelStatistics.js";
import type { StoredArray } from "./store.js";

/** The arrays of one chunk and year. */
export type ChunkOutput = { readonly [name in keyof YearArrays]: StoredArray };

/** The observations of a block and how its series are filled. */
export interface FillInput
  extends Pick<BuildContext, "grid" | "layout" | "dates" | "years" | "patterns"> {
  readonly block: PixelBlock;
  readonly observations: Observations;
}

/** Neighbouring pixels of a row that are worked on together: their observations stay in the cache. */
const runSize = 32;

/** Rows after which a chunk says how far it is. */
const reportedRows = 8;

/**
 * Fills the series of a chunk for every year and computes their statistics.
 *
 * @param outputs receives them, an output a year
 * @param report is told the number of pixels filled now and then
 */
export function fillChunk(
  input: FillInput,
  chunkRow: number,
  chunkColumn: number,
  outputs: readonly ChunkOutput[],
  report: (pixels: number) => void,
): void {
  const { block, layout, observations } = input;
  const { scenes } = observations;
  const { chunkRows, chunkColumns } = layout;
  const top = chunkRow * chunkRows;
  const left = chunkColumn * chunkColumns;
  const right = Math.min(left + chunkColumns, block.column1);
  const bottom = Math.min(top + chunkRows, block.row1);
  const run: PixelRun = {
    size: runSize,
    values: new Int16Array(observations.bands.length * scenes * runSize),
    valid: new Uint8Array(scenes * runSize),
  };
  const fill = runFiller(input, run);
  let filled = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column += runSize) {
      const count = Math.min(runSize, right - column);
      const place = { row: row - block.row0, column: column - block.column0, count };
      gather(observations, place, run);
      const to = (row - top) * chunkColumns + column - left;
      for (const [y, output] of outputs.entries()) fill(y, place, output, to);
    }
    filled += right - left;
    if ((row - top) % reportedRows === reportedRows - 1 || row === bottom - 1) {
      report(filled);
      filled = 0;
    }
  }
}

/** Where a run lies in its block. */
interface RunPlace {
  readonly row: number;
  readonly column: number;
  /** Pixels of the run, fewer than its size at the end of a row. */
  readonly count: number;
}

/** Brings a run of pixels together. Values of scenes that none of them can use are not looked at. */
function gather(
  { values, valid, bands, scenes, grid: { width } }: Observations,
  { row, column, count }: RunPlace,
  run: PixelRun,
): void {
  for (let s = 0; s < scenes; s++) {
    const scene = row * scenes + s;
    const marks = scene * width + column;
    let usable = 0;
    for (let i = 0; i < count; i++) {
      const mark = valid[marks + i]!;
      run.valid[s * run.size + i] = mark;
      usable |= mark;
    }
    if (!usable) continue;
    for (let b = 0; b < bands.length; b++) {
      const source = (scene * bands.length + b) * width + column;
      const to = (b * scenes + s) * run.size;
      for (let i = 0; i < count; i++) run.values[to + i] = values[source + i]!;
    }
  }
}

type RunFiller = (year: number, place: RunPlace, output: ChunkOutput, to: number) => void;

/** Fills one year of a run into its chunk. */
function runFiller(input: FillInput, run: PixelRun): RunFiller {
  const { years, dates, layout, observations, patterns, grid, block } = input;
  const { scenes } = observations;
  const bands = observations.bands.length;
  const size = layout.chunkRows * layout.chunkColumns;
  const weights = createWeights(dates, run.size);
  const statistics = createStatistics(observations.bands, run);
  const { features, rules, validCount } = statistics.result;
  const copyLayers = (layers: StoredArray, output: StoredArray, count: number, to: number) => {
    for (let from = 0, at = to; from < layers.length; from += run.size, at += size) {
      output.set(layers.subarray(from, from + count), at);
    }
  };
  return (y, { row, column, count }, output, to) => {
    const plan = years[y]!;
    const from = (block.row0 + row) * grid.width + block.column0 + column;
    const valid = run.valid.subarray(plan.first * run.size);
    for (let i = 0; i < count; i++) {
      const pattern = patterns[from + i]!;
      statistics.compute(plan, pattern, i);
      const complete = fillWeights(plan.fills[pattern]!, valid, i, weights);
      // A series with a gap that nothing fills, or held from outside the year alone, is no data.
      if (!complete) validCount[i] = 0;
    }
    copyLayers(features, output.features, count, to);
    copyLayers(rules, output.rules, count, to);
    copyLayers(validCount, output.valid_count, count, to);
    copyLayers(weights.flags, output.flags, count, to);
    const series = output.series as Int16Array;
    for (let b = 0; b < bands; b++) {
      const band = run.values.subarray((b * scenes + plan.first) * run.size);
      fillBand(weights, count, band, missingValue, series, b * size + to, bands * size);
    }
  };
}
