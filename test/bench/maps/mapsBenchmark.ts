import { copyFile, link, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cubeLayout, yearArrays } from "../../../src/cube/layout.js";
import { openCube } from "../../../src/cube/openCube.js";
import { featureNames } from "../../../src/cube/pixelStatistics.js";
import { writeScaler } from "../../../src/cube/scaler.js";
import { sequenceChannels } from "../../../src/cube/sequences.js";
import { createArray, type StoredArray, writeChunk, writeGroup } from "../../../src/cube/store.js";
import { defaultClasses } from "../../../src/manifest/defaultClasses.js";
import { initialWeights } from "../../../src/network/initialWeights.js";
import { writeLstmNetwork } from "../../../src/network/lstmNetworkFiles.js";
import { writeNetworkInputs } from "../../../src/network/networkInputs.js";
import { createRandom } from "../../../src/random.js";
import type { Study } from "../../../src/study/study.js";
import { bareStudy } from "../../study/bareStudy.js";
import type { Benchmark, Size } from "../benchmark.js";
import { ours } from "../files.js";

/** Columns and rows of a tile of Sentinel-2 at 10 m. */
export const tileSize = 10_980;
/** Columns of the strip at each size of the benchmark, and the rows of its shorter form. */
const strips: Readonly<Record<Size, readonly [number, number]>> = {
  full: [tileSize, 1_024],
  small: [300, 128],
};
const bands = ["B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B11", "B12"];
const model = "single-year-2018";

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
  return bareStudy(join(folder, `${columns}x${rows}`), grid, { classes: defaultClasses });
}

/**
 * Maps of one year of a strip as wide as a tile, from the cube to the finished GeoTIFFs: twice the
 * rows must take no more memory. The cube repeats one chunk of 64 x 256 invented pixels, so disks
 * are read from memory.
 */
export const mapsBenchmark: Benchmark = {
  name: "maps",
  async writeData(folder, size) {
    const [columns, rows] = strips[size];
    for (const height of [rows / 4, rows, 2 * rows]) {
      await writeStrip(stripStudy(folder, columns, height));
    }
  },
  rounds: 1,
  programs: [
    { name: "phenocover", command: ours("maps/runMaps.js", "--share=1") },
    { name: "phenocover, twice the rows", command: ours("maps/runMaps.js", "--share=2") },
  ],
};

/** A quarter of the strip on one and on two cores. */
export const mapWorkersBenchmark: Benchmark = {
  name: "map-workers",
  writeData: mapsBenchmark.writeData,
  programs: [
    { name: "phenocover", command: ours("maps/runMaps.js", "--share=0.25") },
    {
      name: "phenocover, 1 worker",
      command: ours("maps/runMaps.js", "--share=0.25", "--workers=1"),
    },
  ],
  asked: [{ what: "maps of a strip", peer: "phenocover, 1 worker", ratio: 1.8 }],
};

async function writeStrip(study: Study): Promise<void> {
  const { grid, years, parameters, legend } = study;
  const dates = parameters.datesPerYear;
  const layout = cubeLayout(grid, 1_000);
  const plans = yearArrays(grid, layout, dates, bands, featureNames(bands));
  const days = Array.from({ length: dates }, (_, i) => 1 + Math.round(((i + 0.5) * 365) / dates));
  const folder = study.folder.cube;
  await writeGroup(folder, "/", { grid, bands, years });
  await writeGroup(folder, "/2018", { days });
  for (const [name, plan] of Object.entries(plans))
    await createArray(folder, `/2018/${name}`, plan);
  const pixels = layout.chunkRows * layout.chunkColumns;
  const random = createRandom(1);
  const series = new Int16Array(dates * bands.length * pixels);
  for (let i = 0; i < series.length; i++) {
    const date = Math.floor(i / (bands.length * pixels));
    series[i] = 2_500 + 1_500 * Math.sin(0.3 * date + (i % 7)) + 100 * random.normal();
  }
  const chunks: [keyof typeof plans, StoredArray][] = [
    ["series", series],
    ["flags", new Uint8Array(dates * pixels).fill(1)],
    ["valid_count", new Uint16Array(pixels).fill(12)],
  ];
  for (const [name, data] of chunks) {
    const plan = plans[name];
    const leading = plan.shape.slice(2).map(() => 0);
    const path = (row: number, column: number) =>
      join(folder, "2018", name, "c", [...leading, row, column].join("/"));
    await writeChunk(folder, `/2018/${name}`, plan, [...leading, 0, 0], data);
    const across = Math.ceil(grid.width / layout.chunkColumns);
    const down = Math.ceil(grid.height / layout.chunkRows);
    for (let k = 1; k < across * down; k++) {
      const copy = path(Math.floor(k / across), k % across);
      await mkdir(dirname(copy), { recursive: true });
      await link(path(0, 0), copy).catch(() => copyFile(path(0, 0), copy));
    }
  }
  const cube = await openCube(study);
  const { channels } = cube;
  const scaler = { channels, low: channels.map(() => 0), high: channels.map(() => 0.6) };
  await writeScaler(study, scaler);
  const width = sequenceChannels(cube, { time: true });
  const shape = { dates, channels: width, units: parameters.units, classes: legend.length };
  const weights = initialWeights(shape, createRandom(1)).map((part) => [...part]);
  await writeLstmNetwork(study.folder.model(model), shape, Float32Array.from(weights.flat()));
  const classes = legend.map(({ id }) => id);
  await writeNetworkInputs(study.folder.model(model), { ...scaler, dates, classes });
}
