import { readFileSync, writeFileSync } from "node:fs";

/** Starts counting the peak memory of a process anew; does nothing where Linux's /proc is absent. */
export function resetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // not Linux, or the process has ended: peaks are then counted from its start or not at all
  }
}

/** Peak resident memory of a process in bytes; undefined where the system does not tell. */
export function peakMemory(pid: number): number | undefined {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? Number(match[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}
