import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { predictMaps } from "../../../src/maps/predictMaps.js";
import { pixelCount } from "../../../src/raster/grid.js";
import { measure } from "../measure.js";
import { stripStudy, tileSize } from "./mapsBenchmark.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
  },
});
const folder = positionals[0]!;

// The middle one of the strips is a whole one.
const sizes = readdirSync(folder).map((name) => name.split("x").map(Number) as [number, number]);
const [columns, rows] = sizes.sort((a, b) => a[1] - b[1])[1]!;
const study = stripStudy(folder, columns, rows * Number(options.share));
const start = performance.now();
await measure(
  "maps of a strip",
  () => predictMaps(study, { processes: Number(options.workers) }),
  () => {
    const rate = pixelCount(study.grid) / ((performance.now() - start) / 1_000);
    return { "pixels a second": Math.round(rate), "minutes a tile": tileSize ** 2 / rate / 60 };
  },
);
