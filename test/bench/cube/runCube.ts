import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildCube } from "../../../src/cube/buildCube.js";
import { openCube } from "../../../src/cube/openCube.js";
import { pixelCount } from "../../../src/raster/grid.js";
import { retrieveScenes } from "../../../src/scenes/retrieveScenes.js";
import type { Study } from "../../../src/study/study.js";
import { measure } from "../measure.js";
import { stripName } from "./cubeBenchmark.js";
import { columns, dates, stripStudy, strips } from "./strip.js";

// A process a strip, so that the peak of one does not hide that of the other.
const [first, second] = process.argv.slice(2);
if (second === undefined) {
  for (const rows of strips[sizeOf(first!)]) {
    const args = [fileURLToPath(import.meta.url), String(rows), first!];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) process.exit(status ?? 1);
  }
} else await buildStrip(second, Number(first));

function sizeOf(folder: string): "full" | "small" {
  return basename(folder).endsWith("small") ? "small" : "full";
}

async function buildStrip(folder: string, rows: number): Promise<void> {
  const study = stripStudy(folder, sizeOf(folder), rows, `ours-${rows}`);
  const decisions = await retrieveScenes(study);
  forgetFiles(folder);
  const build = async () => {
    const start = performance.now();
    await buildCube(study, decisions);
    return (performance.now() - start) / 1_000;
  };
  await measure(stripName(rows), build, (seconds) => results(study, seconds));
  await rm(study.folder.root, { recursive: true });
}

/** Takes the files of the scenes out of the system's memory, so that they are read from disk. */
function forgetFiles(folder: string): void {
  const forget = "-name *.tif -exec dd if={} iflag=nocache count=0 status=none ;";
  spawnSync("find", [join(folder, "scenes"), ...forget.split(" ")]);
}

async function results(study: Study, seconds: number): Promise<Record<string, number>> {
  const cube = await openCube(study);
  const pixels = pixelCount(study.grid);
  const year = cube.year(study.years[0]!);
  let series = 0;
  for (let row = 0; row < study.grid.height; row += cube.chunkRows) {
    for (const value of (await year.readBlock(row, row + cube.chunkRows)).values) series += value;
  }
  const features = await year.readFeatures();
  const mean = (values: Iterable<number>, count: number) => {
    let sum = 0;
    for (const value of values) if (!Number.isNaN(value)) sum += value;
    return sum / count;
  };
  return {
    "Mpx-dates/s": (pixels * dates) / seconds / 1e6,
    "full tile min": (seconds * columns.full ** 2) / pixels / 60,
    "mean series": series / (pixels * dates * cube.variables.length),
    "mean feature": mean(features, features.length),
    "mean dates": mean(await year.readValidCount(), pixels),
  };
}
