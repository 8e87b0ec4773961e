import { readdirSync, readFileSync } from "node:fs";

/** Children of a process in the order of their start; none where the system has no /proc. */
export function childProcesses(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

/**
 * Signals a process and all that descend from it: a shell passes no signal on, in a terminal the
 * whole group gets it.
 */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  const descendants = childProcesses(pid);
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
  for (const child of descendants) signalTree(child, signal);
}
