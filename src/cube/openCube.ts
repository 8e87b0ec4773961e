import { FileError, UsageError } from "../errors.js";
import { type Grid, sameGrid } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import type { Cube, CubeBlock, RuleStatistics, YearCube } from "./cube.js";
import { bindIndices } from "./indices.js";
import { featureNames } from "./pixelStatistics.js";
import { type ChunkReader, openArray, readGroup, type StoredArray } from "./store.js";

/**
 * Opens the cube of a study for reading.
 *
 * @throws FileError when there is none, or one of another grid
 */
export async function openCube(study: Study): Promise<Cube> {
  const cube = await openCubeFolder(study.folder.cube);
  if (!sameGrid(cube.grid, study.grid)) {
    throw new FileError(study.folder.cube, "a cube of another grid, expected the study's");
  }
  return cube;
}

/** Opens the cube in a folder. */
export async function openCubeFolder(folder: string): Promise<Cube> {
  const attributes = await readGroup(folder, "/");
  const grid = attributes.grid as Grid;
  const bands = attributes.bands as string[];
  const years = attributes.years as number[];
  const opened = new Map<number, YearCube>();
  let chunkRows = grid.height;
  for (const year of years) {
    const days = (await readGroup(folder, `/${year}`)).days as number[];
    const names = ["series", "flags", "features", "valid_count", "rules"] as const;
    const arrays = {} as Record<(typeof names)[number], ChunkReader>;
    for (const name of names) arrays[name] = await openArray(folder, `/${year}/${name}`);
    chunkRows = arrays.series.chunks.at(-2)!;
    opened.set(year, openYear(year, Int32Array.from(days), bands, arrays));
  }
  const indices = bindIndices(bands).filter(({ kind }) => kind !== "stored");
  return {
    grid,
    years,
    variables: bands,
    channels: [...bands, ...indices.map(({ name }) => name)],
    features: featureNames(bands),
    chunkRows,
    year(year) {
      const found = opened.get(year);
      if (!found) throw new UsageError(`year ${year}`, `not in the cube of ${years.join(", ")}`);
      return found;
    },
  };
}

function openYear(
  year: number,
  days: Int32Array,
  bands: readonly string[],
  arrays: Readonly<Record<"series" | "flags" | "features" | "valid_count" | "rules", ChunkReader>>,
): YearCube {
  const [height, width] = arrays.valid_count.shape as [number, number];
  const pixels = height * width;
  const layers = (reader: ChunkReader) => reader.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const whole = async <T extends StoredArray>(reader: ChunkReader, out: T): Promise<T> => {
    await readRows(reader, 0, height, out);
    return out;
  };
  const features = () => whole(arrays.features, new Float32Array(layers(arrays.features) * pixels));
  return {
    year,
    days,
    async readBlock(row0, row1): Promise<CubeBlock> {
      if (!(row0 >= 0 && row1 <= height && row0 < row1)) {
        throw new UsageError(`rows ${row0}-${row1}`, `not inside 0-${height}`);
      }
      const size = (row1 - row0) * width;
      const values = new Int16Array(layers(arrays.series) * size);
      const flags = new Uint8Array(layers(arrays.flags) * size);
      await readRows(arrays.series, row0, row1, values);
      await readRows(arrays.flags, row0, row1, flags);
      return { pixels: size, values, flags };
    },
    readFeatures: features,
    async readValidCount(row0 = 0, row1 = height) {
      const out = new Uint16Array((row1 - row0) * width);
      await readRows(arrays.valid_count, row0, row1, out);
      return out;
    },
    async readRules(): Promise<RuleStatistics> {
      const rules = await whole(arrays.rules, new Float32Array(2 * pixels));
      const names = featureNames(bands);
      const all = await features();
      const feature = (name: string) => {
        const k = names.indexOf(name);
        return k < 0
          ? new Float32Array(pixels).fill(Number.NaN)
          : all.slice(k * pixels, (k + 1) * pixels);
      };
      return {
        snowShare: rules.slice(0, pixels),
        waterShare: rules.slice(pixels),
        medianNdvi: feature("NDVI_p50"),
        medianMndwi: feature("MNDWI_p50"),
      };
    },
  };
}

/** Reads full rows of every layer of an array, [layer][row][column]. */
async function readRows(
  reader: ChunkReader,
  row0: number,
  row1: number,
  out: StoredArray,
): Promise<void> {
  const [height, width] = reader.shape.slice(-2) as [number, number];
  const [chunkRows, chunkColumns] = reader.chunks.slice(-2) as [number, number];
  const leading = reader.shape.slice(0, -2);
  const layers = leading.reduce((a, b) => a * b, 1);
  const rows = row1 - row0;
  for (let j = Math.floor(row0 / chunkRows); j * chunkRows < row1; j++) {
    const top = Math.max(row0, j * chunkRows);
    const bottom = Math.min(row1, (j + 1) * chunkRows, height);
    for (let i = 0; i * chunkColumns < width; i++) {
      const chunk = await reader.chunk([...leading.map(() => 0), j, i]);
      const columns = Math.min(chunkColumns, width - i * chunkColumns);
      for (let layer = 0; layer < layers; layer++) {
        for (let row = top; row < bottom; row++) {
          const from = (layer * chunkRows + row - j * chunkRows) * chunkColumns;
          const to = (layer * rows + row - row0) * width + i * chunkColumns;
          out.set(chunk.subarray(from, from + columns), to);
        }
      }
    }
  }
}
