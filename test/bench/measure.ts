import { readFileSync } from "node:fs";
import type { Measurement } from "./benchmark.js";

/**
 * Runs one part of a program's work and prints its {@link Measurement}.
 *
 * @param results what is printed beside the costs; not timed
 */
export async function measure<T>(
  what: string,
  work: () => T | Promise<T>,
  results: (
    outcome: T,
  ) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>> = () => ({}),
): Promise<T> {
  const cpu = cpuSeconds();
  const start = performance.now();
  const outcome = await work();
  const seconds = (performance.now() - start) / 1_000;
  report({
    what,
    seconds,
    cpuSeconds: cpuSeconds() - cpu,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
    results: await results(outcome),
  });
  return outcome;
}

/** Prints a measurement. */
export function report(measurement: Measurement): void {
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childSeconds();
}

/** Ended children, from Linux's process table (clock ticks of 10 ms); elsewhere 0. */
export function childSeconds(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
