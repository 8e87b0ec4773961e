import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { localClasses } from "../../src/consistency/localHmm.js";
import { consistencyMethods, groupedModel } from "../../src/consistency/methods.js";
import { observedYears } from "../../src/consistency/observedYears.js";
import { readPieces } from "../../src/consistency/readPieces.js";
import { readSeries } from "../../src/consistency/readSeries.js";
import { MEAN_NETWORKS, readRegionModel } from "../../src/consistency/seriesModel.js";
import { writeConsistencyMaps } from "../../src/consistency/writeConsistencyMaps.js";
import { readYearMap } from "../../src/maps/labelMap.js";
import { writeYearMaps } from "../../src/maps/yearMaps.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeSamples } from "../../src/samples/sampleFile.js";
import { emptyTable } from "../../src/samples/sampleTable.js";
import { runFolder, type Study } from "../../src/study/study.js";

const legend = ["Grass", "Conifers", "Shrubland", "Water"].map((name, k) => {
  return { id: k + 1, name, colour: `#00000${k}` };
});
const years = [2018, 2019, 2020];
/** More rows than are read at once, and enough pixels for threads. */
const [width, height] = [90, 560];
const pixels = width * height;
const root = await mkdtemp(join(tmpdir(), "phenocover-consistency-"));

const study = (run: string): Study =>
  ({
    manifest: { events: [{ name: "storm", date: "2018-10-28" }] },
    grid: gridFromBounds(32632, [690000, 5120000, 690000 + width * 10, 5120000 + height * 10], 10),
    legend,
    years,
    folder: runFolder(join(root, run)),
  }) as unknown as Study;

/** Stands of 20 x 20 pixels; some are felled after the first year, all with noise. */
async function writeProbabilities(one: Study): Promise<void> {
  const random = createRandom(7);
  for (const network of MEAN_NETWORKS) {
    for (const [y, year] of years.entries()) {
      const percent = new Uint8Array(legend.length * pixels);
      for (let pixel = 0; pixel < pixels; pixel++) {
        const stand = Math.floor((pixel % width) / 20) + 8 * Math.floor(pixel / width / 20);
        const felled = stand % 5 === 0 && y > 0;
        const usual = felled ? 2 : (stand * 7) % 3 === 0 ? 0 : 1;
        const winner = random.uniform() < 0.8 ? usual : random.integer(legend.length);
        const share = 40 + random.integer(60);
        percent[winner * pixels + pixel] = share;
        percent[((winner + 1) % legend.length) * pixels + pixel] = 100 - share;
      }
      await writeYearMaps(one, network, year, percent);
    }
  }
  const samples = emptyTable(40);
  samples.label.set(samples.label.map((_, i) => 1 + (i % legend.length)));
  await writeSamples(one.folder.samples("train-multi-year.parquet"), samples, one.grid);
}

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

before(async () => {
  await writeProbabilities(study("one"));
  await cp(study("one").folder.root, study("two").folder.root, { recursive: true });
});
after(() => rm(root, { recursive: true, force: true }));

test("blocks leave no seam and threads no trace: maps are those of the whole at once", async () => {
  const [one, two] = [study("one"), study("two")];
  await writeConsistencyMaps(one, { workers: 1 });
  await writeConsistencyMaps(two, { workers: 2 });
  const whole = await readSeries(one, "multi-year");
  const model = await readRegionModel(one);
  for (const method of consistencyMethods) {
    const expected = method.source === "network" ? method.apply(whole, model) : null;
    for (const [y, year] of years.entries()) {
      const map = await readYearMap(one, method.name, year);
      assert.ok(map.some((id) => id > 0));
      assert.ok(same(await readYearMap(two, method.name, year), map), method.name);
      if (expected !== null) assert.ok(same(map, observedYears(expected, whole)[y]!), method.name);
    }
  }
});

test("pieces around wanted pixels give the classes of the whole there", async () => {
  const one = study("one");
  const whole = await readSeries(one, "multi-year");
  const model = await readRegionModel(one);
  const expected = localClasses(whole, groupedModel(model));
  // Two squares of pixels, one across the rows that are read at once.
  const wanted: number[] = [];
  const block: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const first = row >= 3 && row < 12 && column < 9;
      const second = row >= 505 && row < 520 && column >= 60 && column < 80;
      if (!first && !second) continue;
      wanted.push(row * width + column);
      block.push(first ? 0 : 1);
    }
  }
  const scored = { pixels: Uint32Array.from(wanted), block: Uint16Array.from(block), blocks: 2 };
  const pieces = await readPieces(one, "multi-year", model, scored, 10);
  assert.equal(pieces.length, 2);
  assert.equal(
    pieces.reduce((sum, piece) => sum + piece.pixels.length, 0),
    wanted.length,
  );
  for (const piece of pieces) {
    const found = localClasses(piece.series, groupedModel(piece.model));
    found.forEach((year, y) => {
      const own = piece.places.map((place) => year[place]!);
      assert.deepEqual(
        own,
        piece.pixels.map((pixel) => expected[y]![pixel]!),
      );
    });
  }
});
