import { readFile } from "node:fs/promises";
import { parquetMetadata, parquetRead } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Grid } from "../raster/grid.js";
import { emptyTable, type SampleTable } from "./sampleTable.js";

/** Columns of the file beside the coordinates, and the field of the table each one holds. */
const fields = {
  year: "year",
  class: "label",
  source: "source",
  confidence: "confidence",
  block: "block",
  pixel: "pixel",
} as const satisfies Record<string, Exclude<keyof SampleTable, "length">>;

/** More numbers of every sample, by the name of their column. */
export type MoreColumns = Readonly<Record<string, Float32Array>>;

/**
 * Writes samples as parquet: x, y (pixel centre in the grid's system, metres), year, class, source,
 * confidence, block, pixel, then what else is given.
 */
export async function writeSamples(
  path: string,
  table: SampleTable,
  grid: Grid,
  more: MoreColumns = {},
): Promise<void> {
  const x = new Float64Array(table.length);
  const y = new Float64Array(table.length);
  for (let i = 0; i < table.length; i++) {
    const pixel = table.pixel[i]!;
    x[i] = grid.originX + ((pixel % grid.width) + 0.5) * grid.pixelWidth;
    y[i] = grid.originY - (Math.floor(pixel / grid.width) + 0.5) * grid.pixelHeight;
  }
  const coordinates = { x, y };
  const buffer = parquetWriteBuffer({
    columnData: [
      ...Object.entries(coordinates).map(([name, data]) => ({
        name,
        data,
        type: "DOUBLE" as const,
        nullable: false,
      })),
      ...Object.entries(fields).map(([name, field]) =>
        field === "confidence"
          ? { name, data: table[field], type: "FLOAT" as const, nullable: false }
          : { name, data: Int32Array.from(table[field]), type: "INT32" as const, nullable: false },
      ),
      ...Object.entries(more).map(([name, data]) => ({
        name,
        data,
        type: "FLOAT" as const,
        nullable: false,
      })),
    ],
    createdBy: "phenocover",
  });
  await writeFileAtomic(path, new Uint8Array(buffer));
}

/**
 * Reads what {@link writeSamples} wrote.
 *
 * @throws FileError when a column is missing
 */
export async function readSamples(path: string): Promise<SampleTable> {
  const { table } = await readSamplesAnd(path, []);
  return table;
}

/**
 * Reads samples and some of their further columns.
 *
 * @throws FileError when a column is missing
 */
export async function readSamplesAnd(
  path: string,
  names: readonly string[],
): Promise<{ table: SampleTable; more: MoreColumns }> {
  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = parquetMetadata(file as ArrayBuffer);
  const present = new Set(metadata.schema.map((element) => element.name));
  const columns = [...Object.keys(fields), ...names];
  for (const name of columns) {
    if (!present.has(name)) throw new FileError(path, `has no column ${name}`);
  }
  const table = emptyTable(Number(metadata.num_rows));
  const more = Object.fromEntries(names.map((name) => [name, new Float32Array(table.length)]));
  await parquetRead({
    file: file as ArrayBuffer,
    metadata,
    columns,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const into = more[columnName] ?? table[fields[columnName as keyof typeof fields]];
      into.set(columnData as ArrayLike<number>, rowStart);
    },
  });
  return { table, more };
}
