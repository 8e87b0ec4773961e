import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parquetReadObjects } from "hyparquet";
import { readSamples, readSamplesAnd, writeSamples } from "../../src/samples/sampleFile.js";
import { emptyTable, joinTables, takeRows } from "../../src/samples/sampleTable.js";
import { smallStudy } from "./smallStudy.js";

test("samples come back from parquet, with coordinates of the pixel centre", async (t) => {
  const { grid, folder } = await smallStudy(t, { width: 60, height: 50 });
  const table = emptyTable(2_500);
  for (let i = 0; i < table.length; i++) {
    table.pixel[i] = i;
    table.year[i] = 2018 + (i % 3);
    table.label[i] = 1 + (i % 250);
    table.source[i] = 65_535 - i;
    table.confidence[i] = i / 2_500;
    table.block[i] = i % 64;
  }
  const path = folder.samples("train-multi-year.parquet");
  await writeSamples(path, table, grid);
  assert.deepEqual(await readSamples(path), table);
  const half = Float32Array.from(table.confidence, (share) => share / 2);
  const wider = folder.samples("wider.parquet");
  await writeSamples(wider, table, grid, { half });
  assert.deepEqual(await readSamplesAnd(wider, ["half"]), { table, more: { half } });
  await assert.rejects(readSamplesAnd(path, ["half"]), /has no column half/);

  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const rows = await parquetReadObjects({ file: file as ArrayBuffer, rowStart: 61, rowEnd: 62 });
  assert.deepEqual(rows, [
    {
      x: 15,
      y: 485,
      year: 2019,
      class: 62,
      source: 65_474,
      confidence: Math.fround(61 / 2_500),
      block: 61,
      pixel: 61,
    },
  ]);
});

test("an empty table is a legal file, and tables are joined and cut", async (t) => {
  const { grid, folder } = await smallStudy(t, { width: 10, height: 10 });
  const path = folder.samples("empty.parquet");
  await writeSamples(path, emptyTable(0), grid);
  assert.equal((await readSamples(path)).length, 0);
  const one = emptyTable(2);
  one.pixel.set([4, 7]);
  assert.deepEqual([...joinTables([one, takeRows(one, [1])]).pixel], [4, 7, 7]);
});
