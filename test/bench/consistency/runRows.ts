import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeConsistencyMaps } from "../../../src/consistency/writeConsistencyMaps.js";
import { pixelCount } from "../../../src/raster/grid.js";
import { measure } from "../measure.js";
import { stripStudy } from "./rowsBenchmark.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: "string", default: "1" } },
});
const folder = positionals[0]!;

const sizes = readdirSync(folder).map((name) => name.split("x").map(Number) as [number, number]);
const [columns, rows] = sizes.sort((a, b) => a[1] - b[1])[0]!;
const study = stripStudy(folder, columns, rows * Number(options.share));
await measure(
  "all consistency methods over a strip",
  () => writeConsistencyMaps(study, { workers: 2 }),
  (methods) => ({ methods: methods.length, pixels: pixelCount(study.grid) }),
);
