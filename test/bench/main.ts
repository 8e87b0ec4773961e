import { mkdir, rm } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/errors.js";
import { packageRoot } from "../../src/packageRoot.js";
import type { Benchmark } from "./benchmark.js";
import { consistencyBenchmark } from "./consistency/consistencyBenchmark.js";
import { rowsBenchmark } from "./consistency/rowsBenchmark.js";
import { cubeBenchmark } from "./cube/cubeBenchmark.js";
import { forestBenchmark, forestSeedsBenchmark } from "./forest/forestBenchmark.js";
import { kmeansBenchmark } from "./kmeans/kmeansBenchmark.js";
import { lstmBenchmark } from "./lstm/lstmBenchmark.js";
import { mapsBenchmark, mapWorkersBenchmark } from "./maps/mapsBenchmark.js";
import { notebookBenchmark } from "./notebook/notebookBenchmark.js";
import { runPrograms } from "./runPrograms.js";
import { formatTable, tableRows } from "./table.js";
import { windowsBenchmark } from "./windows/windowsBenchmark.js";

const benchmarks: readonly Benchmark[] = [
  forestBenchmark,
  forestSeedsBenchmark,
  kmeansBenchmark,
  consistencyBenchmark,
  rowsBenchmark,
  cubeBenchmark,
  windowsBenchmark,
  lstmBenchmark,
  mapsBenchmark,
  mapWorkersBenchmark,
  notebookBenchmark,
];

const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "full" },
    only: { type: "string", default: "" },
    rounds: { type: "string" },
  },
});
const { size } = options;
if (size !== "full" && size !== "small") {
  throw new UsageError("--size", `${size} found, expected full or small`);
}
const only = options.only.split(",").filter((name) => name !== "");
const unknown = only.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown !== undefined) {
  const known = benchmarks.map(({ name }) => name).join(", ");
  throw new UsageError("--only", `${unknown} found, expected some of ${known}`);
}
const rounds = Number(options.rounds ?? (size === "full" ? 3 : 1));

const rows: string[][] = [];
const absent = new Set<string>();
for (const benchmark of benchmarks) {
  if (only.length > 0 && !only.includes(benchmark.name)) continue;
  const folder = join(packageRoot(), ".cache", "bench", `${benchmark.name}-${size}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await benchmark.writeData(folder, size);
  const results = await runPrograms(
    benchmark,
    folder,
    Math.min(rounds, benchmark.rounds ?? rounds),
  );
  rows.push(...tableRows(benchmark, results));
  for (const { program, absent: reason } of results) {
    if (reason) absent.add(`${program.name} is absent: ${reason}`);
  }
}
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
console.log(`${machine}; best of ${rounds}, ratio = peer seconds / our seconds\n`);
console.log(formatTable(rows));
for (const line of absent) console.log(line);
