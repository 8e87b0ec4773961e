import type { Benchmark } from "./benchmark.js";
import type { ProgramResult } from "./runPrograms.js";

const headings = [
  "what",
  "against",
  "ours s",
  "peer s",
  "ratio",
  "asked",
  "CPU-s ours",
  "CPU-s peer",
  "MiB ours",
  "MiB peer",
  "result ours",
  "result peer",
];

/** One row for each part of the work and peer; the ratio is peer seconds / our seconds. */
export function tableRows(
  { asked = [] }: Benchmark,
  [ours, ...peers]: readonly ProgramResult[],
): string[][] {
  return ours!.measurements.flatMap((own) =>
    peers.flatMap(({ program, absent, measurements }) => {
      const other = measurements.find(({ what }) => what === own.what);
      if (!other && !absent) return [];
      const ask = asked.find(({ what, peer }) => what === own.what && peer === program.name);
      return [
        [
          own.what,
          program.name,
          own.seconds.toFixed(2),
          other?.seconds.toFixed(2) ?? "absent",
          other ? (other.seconds / own.seconds).toFixed(2) : "-",
          ask ? ask.ratio.toFixed(2) : "-",
          own.cpuSeconds.toFixed(2),
          other?.cpuSeconds.toFixed(2) ?? "-",
          own.peakMiB.toFixed(0),
          other?.peakMiB.toFixed(0) ?? "-",
          resultText(own.results),
          resultText(other?.results ?? {}),
        ],
      ];
    }),
  );
}

/** The rows under their headings, in aligned columns. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows];
  const widths = headings.map((_, c) => Math.max(...lines.map((line) => line[c]!.length)));
  return lines
    .map((line) =>
      line
        .map((text, c) => text.padEnd(widths[c]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function resultText(results: Readonly<Record<string, number>>): string {
  const texts = Object.entries(results).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toPrecision(4)}`,
  );
  return texts.join(", ") || "-";
}
