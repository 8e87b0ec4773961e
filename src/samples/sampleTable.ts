/** Samples of a study: one row is a pixel in a year with a label. */
export interface SampleTable {
  readonly length: number;
  /** Index in the study's grid. */
  readonly pixel: Uint32Array;
  readonly year: Uint16Array;
  /** Class id of the legend. */
  readonly label: Uint8Array;
  /** Code of the old map at the pixel. */
  readonly source: Uint16Array;
  /** Vote share behind the label, 0-1. */
  readonly confidence: Float32Array;
  /** Spatial block, see `Blocks`. */
  readonly block: Uint16Array;
}

/** A table of the given length filled with zeros. */
export function emptyTable(length: number): SampleTable {
  return {
    length,
    pixel: new Uint32Array(length),
    year: new Uint16Array(length),
    label: new Uint8Array(length),
    source: new Uint16Array(length),
    confidence: new Float32Array(length),
    block: new Uint16Array(length),
  };
}

/** The given rows in the given order. */
export function takeRows(table: SampleTable, rows: ArrayLike<number>): SampleTable {
  const out = emptyTable(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out.pixel[i] = table.pixel[row]!;
    out.year[i] = table.year[row]!;
    out.label[i] = table.label[row]!;
    out.source[i] = table.source[row]!;
    out.confidence[i] = table.confidence[row]!;
    out.block[i] = table.block[row]!;
  }
  return out;
}

/** The rows of several tables, one table after the other. */
export function joinTables(tables: readonly SampleTable[]): SampleTable {
  const out = emptyTable(tables.reduce((sum, table) => sum + table.length, 0));
  let start = 0;
  for (const table of tables) {
    out.pixel.set(table.pixel, start);
    out.year.set(table.year, start);
    out.label.set(table.label, start);
    out.source.set(table.source, start);
    out.confidence.set(table.confidence, start);
    out.block.set(table.block, start);
    start += table.length;
  }
  return out;
}
