import { join } from "node:path";
import { MEAN_NETWORKS } from "../../../src/consistency/seriesModel.js";
import { defaultClasses } from "../../../src/manifest/defaultClasses.js";
import { openYearMaps } from "../../../src/maps/yearMaps.js";
import { createRandom } from "../../../src/random.js";
import { writeSamples } from "../../../src/samples/sampleFile.js";
import { emptyTable } from "../../../src/samples/sampleTable.js";
import type { Study } from "../../../src/study/study.js";
import { bareStudy } from "../../study/bareStudy.js";
import type { Benchmark, Size } from "../benchmark.js";
import { ours } from "../files.js";
import { years } from "./consistencyBenchmark.js";

/** Columns of the strip at each size of the benchmark, and the rows of its shorter form. */
const strips: Readonly<Record<Size, readonly [number, number]>> = {
  full: [256, 3_072],
  small: [60, 1_024],
};

/** The study of a strip in the benchmark's folder. */
export function stripStudy(folder: string, columns: number, rows: number): Study {
  const grid = {
    epsg: 32632,
    originX: 600_000,
    originY: 5_100_000,
    pixelWidth: 10,
    pixelHeight: 10,
    width: columns,
    height: rows,
  };
  const study = bareStudy(join(folder, `${columns}x${rows}`), grid, {
    classes: defaultClasses,
    events: [],
  });
  return { ...study, years: Array.from({ length: years }, (_, y) => 2018 + y) };
}

/**
 * All consistency methods over a strip, from the probabilities of the networks to the finished
 * GeoTIFFs: twice the rows must take no more memory.
 */
export const rowsBenchmark: Benchmark = {
  name: "consistency-rows",
  async writeData(folder, size) {
    const [columns, rows] = strips[size];
    for (const height of [rows, 2 * rows]) await writeStrip(stripStudy(folder, columns, height));
  },
  rounds: 1,
  programs: [
    { name: "phenocover", command: ours("consistency/runRows.js", "--share=1") },
    { name: "phenocover, twice the rows", command: ours("consistency/runRows.js", "--share=2") },
  ],
};

/** Probabilities of stands of 16 x 16 pixels, a few of which change; the rows of a stand repeat. */
async function writeStrip(study: Study): Promise<void> {
  const { grid, legend } = study;
  const classes = legend.length;
  const step = 128;
  for (const network of MEAN_NETWORKS) {
    for (const [y, year] of study.years.entries()) {
      const files = openYearMaps(study, network, year);
      for (let top = 0; top < grid.height; top += step) {
        const random = createRandom(top).split(`${network} ${year}`);
        const pixels = step * grid.width;
        const percent = new Uint8Array(classes * pixels);
        for (let pixel = 0; pixel < pixels; pixel++) {
          const stand =
            Math.floor((pixel % grid.width) / 16) + Math.floor((top + pixel / grid.width) / 16);
          const usual = (stand * 7 + (stand % 9 === 0 && y > 0 ? 1 : 0)) % classes;
          const winner = random.uniform() < 0.85 ? usual : random.integer(classes);
          const share = 40 + random.integer(60);
          percent[winner * pixels + pixel] = share;
          percent[((winner + 1) % classes) * pixels + pixel] = 100 - share;
        }
        await files.append(percent);
      }
      await files.finish();
    }
  }
  const samples = emptyTable(10 * classes);
  samples.label.set(samples.label.map((_, i) => 1 + (i % classes)));
  await writeSamples(study.folder.samples("train-multi-year.parquet"), samples, grid);
}
