import type { TaskContext } from "../parallel/tasks.js";
import { missingValue } from "./cube.js";
import { createWeights, fillBand, fillWeights } from "./fill.js";
import type { ChunkPlace, CubeLayout, PixelBlock, YearArrays } from "./layout.js";
import type { Observations } from "./loadTask.js";
import { createStatistics, featureNames } from "./pixelStatistics.js";
import { type StoredArray, writeChunk } from "./store.js";
import type { YearPlan } from "./yearPlan.js";

/** What all chunks of a block share. */
export interface ChunkContext {
  /** Folder of the cube. */
  readonly folder: string;
  readonly block: PixelBlock;
  readonly layout: CubeLayout;
  readonly observations: Observations;
  readonly scenes: number;
  readonly dates: number;
  readonly years: readonly YearPlan[];
  readonly arrays: YearArrays;
  /** Events that touch every pixel of the block, bit by bit. */
  readonly patterns: Uint8Array;
}

/** Pixels that are brought into time-first order at once. */
const gathered = 32;

/** Rows after which a chunk says how far it is. */
const reportedRows = 8;

/**
 * Fills the series of a chunk for every year, computes its statistics and stores both. Reports the
 * number of pixels filled now and then.
 */
export async function buildChunk(
  { chunkRow, chunkColumn }: ChunkPlace,
  { context, report }: TaskContext<ChunkContext>,
): Promise<void> {
  const outputs = context.years.map(() => emptyChunk(context));
  fillChunk(context, chunkRow, chunkColumn, outputs, report);
  for (const [y, { year }] of context.years.entries()) {
    for (const [name, plan] of Object.entries(context.arrays)) {
      const data = outputs[y]![name as keyof YearArrays];
      const at = [...plan.shape.slice(0, -2).map(() => 0), chunkRow, chunkColumn];
      await writeChunk(context.folder, `${year}/${name}`, plan, at, data);
    }
  }
}

type ChunkOutput = { readonly [name in keyof YearArrays]: StoredArray };

function emptyChunk({ arrays }: ChunkContext): ChunkOutput {
  const size = (name: keyof YearArrays) => arrays[name].chunks.reduce((a, b) => a * b, 1);
  return {
    series: new Int16Array(size("series")).fill(missingValue),
    flags: new Uint8Array(size("flags")),
    features: new Float32Array(size("features")).fill(Number.NaN),
    valid_count: new Uint16Array(size("valid_count")),
    rules: new Float32Array(size("rules")).fill(Number.NaN),
  };
}

function fillChunk(
  context: ChunkContext,
  chunkRow: number,
  chunkColumn: number,
  outputs: readonly ChunkOutput[],
  report: (pixels: number) => void,
): void {
  const { block, layout, observations, scenes, patterns } = context;
  const { chunkRows, chunkColumns } = layout;
  const bands = observations.bands.length;
  const width = block.column1 - block.column0;
  const pixels = width * (block.row1 - block.row0);
  const top = chunkRow * chunkRows;
  const left = chunkColumn * chunkColumns;
  const values = new Int16Array(gathered * bands * scenes);
  const valid = new Uint8Array(gathered * scenes);
  const pixel = createPixelEngine(context);
  const right = Math.min(left + chunkColumns, block.column1);
  const bottom = Math.min(top + chunkRows, block.row1);
  let filled = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column += gathered) {
      const count = Math.min(gathered, right - column);
      const from = (row - block.row0) * width + column - block.column0;
      gather(observations, pixels, from, count, scenes, values, valid);
      for (let i = 0; i < count; i++) {
        const to = (row - top) * chunkColumns + column - left + i;
        pixel(values, i * bands * scenes, valid, i * scenes, patterns[from + i]!, outputs, to);
      }
    }
    filled += right - left;
    if ((row - top) % reportedRows === reportedRows - 1 || row === bottom - 1) {
      report(filled);
      filled = 0;
    }
  }
}

/**
 * Brings a run of pixels into time-first order: [pixel][band][scene] and [pixel][scene]. Values of
 * scenes that no pixel of the run can use are not looked at.
 */
function gather(
  { values, valid, bands }: Observations,
  pixels: number,
  from: number,
  count: number,
  scenes: number,
  outValues: Int16Array,
  outValid: Uint8Array,
): void {
  for (let s = 0; s < scenes; s++) {
    const marks = s * pixels + from;
    let usable = 0;
    for (let i = 0; i < count; i++) {
      const mark = valid[marks + i]!;
      outValid[i * scenes + s] = mark;
      usable |= mark;
    }
    if (!usable) continue;
    for (let b = 0; b < bands.length; b++) {
      const source = (s * bands.length + b) * pixels + from;
      for (let i = 0; i < count; i++) {
        outValues[(i * bands.length + b) * scenes + s] = values[source + i]!;
      }
    }
  }
}

type PixelEngine = (
  values: Int16Array,
  valuesAt: number,
  valid: Uint8Array,
  validAt: number,
  pattern: number,
  outputs: readonly ChunkOutput[],
  to: number,
) => void;

function createPixelEngine(context: ChunkContext): PixelEngine {
  const { years, dates, scenes, observations, layout } = context;
  const { bands } = observations;
  const size = layout.chunkRows * layout.chunkColumns;
  const weights = createWeights(dates);
  const filled = new Int16Array(dates);
  const statistics = createStatistics(bands, scenes);
  const { result } = statistics;
  const features = featureNames(bands).length;
  const usable = years.map(({ first, last }) => new Uint8Array(last - first));
  return (values, valuesAt, valid, validAt, pattern, outputs, to) => {
    for (let y = 0; y < years.length; y++) {
      const plan = years[y]!;
      const out = outputs[y]!;
      const own = usable[y]!;
      for (let s = 0; s < own.length; s++) own[s] = valid[validAt + plan.first + s]!;
      const complete = fillWeights(plan.fills[pattern]!, own, weights);
      statistics.run(plan, pattern, own, values, valuesAt + plan.first, scenes);
      for (let f = 0; f < features; f++) out.features[f * size + to] = result.features[f]!;
      out.rules[to] = result.snowShare;
      out.rules[size + to] = result.waterShare;
      for (let d = 0; d < dates; d++) out.flags[d * size + to] = weights.flags[d]!;
      // A series with a gap that nothing fills, or held from outside the year alone, is no data.
      out.valid_count[to] = complete ? result.validCount : 0;
      for (let b = 0; b < bands.length; b++) {
        fillBand(weights, values, valuesAt + b * scenes + plan.first, missingValue, filled);
        for (let d = 0; d < dates; d++) {
          out.series[(d * bands.length + b) * size + to] = filled[d]!;
        }
      }
    }
  };
}
