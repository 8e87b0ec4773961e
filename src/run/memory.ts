import { readdirSync, readFileSync } from "node:fs";

/** Largest memory seen, MiB. */
export interface PeakMemory {
  /** Of a single process. */
  readonly process: number;
  /** Of this process and all below it at one moment. */
  readonly together: number;
}

interface ProcessState {
  readonly parent: number;
  readonly pid: number;
}

function processes(): ProcessState[] {
  const states: ProcessState[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, "utf8");
      // The command name in brackets may hold spaces; the parent is the second field behind it.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      states.push({ pid: Number(name), parent: Number(fields[1]) });
    } catch {
      // A process that ended meanwhile has no memory to count.
    }
  }
  return states;
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
}

/**
 * Watches the memory of this process's descendants and of itself until stopped (Linux only).
 *
 * @param interval milliseconds between looks
 * @returns stops watching and gives the peak, null where it cannot be measured
 */
export function watchMemory(interval = 500): () => PeakMemory | null {
  if (process.platform !== "linux") return () => null;
  let single = 0;
  let together = 0;
  const look = () => {
    const all = processes();
    const family = new Set([process.pid]);
    for (let size = 0; size !== family.size; ) {
      size = family.size;
      for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
    }
    let sum = 0;
    for (const pid of family) {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const now = field(status, "VmRSS");
        sum += now;
        // Our own peak may be older than the step, a child's is not.
        single = Math.max(single, pid === process.pid ? now : field(status, "VmHWM"));
      } catch {
        // Ended meanwhile.
      }
    }
    together = Math.max(together, sum);
  };
  look();
  const timer = setInterval(look, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    look();
    return { process: Math.round(single), together: Math.round(together) };
  };
}
