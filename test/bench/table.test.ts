import assert from "node:assert/strict";
import { test } from "node:test";
import type { Benchmark, Measurement } from "./benchmark.js";
import { formatTable, tableRows } from "./table.js";

const cost = (what: string, seconds: number): Measurement => ({
  what,
  seconds,
  cpuSeconds: 2 * seconds,
  peakMiB: 100,
  results: { accuracy: 0.5 },
});
const program = (name: string) => ({ name, command: [] });

test("the ratio is peer seconds over ours, and an absent peer keeps its row", () => {
  const benchmark: Benchmark = {
    name: "toy",
    writeData: async () => {},
    programs: [],
    asked: [{ what: "fit", peer: "fast", ratio: 1.5 }],
  };
  const rows = tableRows(benchmark, [
    { program: program("own"), measurements: [cost("fit", 2), cost("ask", 1)] },
    { program: program("fast"), measurements: [cost("fit", 3)] },
    { program: program("gone"), absent: "not installed", measurements: [] },
  ]);
  assert.deepEqual(
    rows.map((row) => row.slice(0, 6)),
    [
      ["fit", "fast", "2.00", "3.00", "1.50", "1.50"],
      ["fit", "gone", "2.00", "absent", "-", "-"],
      ["ask", "gone", "1.00", "absent", "-", "-"],
    ],
  );
  assert.match(formatTable(rows), /^what +against .*\nfit +fast +2\.00 .* accuracy 0\.5000$/m);
});
