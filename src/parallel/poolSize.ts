import { workerData } from "node:worker_threads";

/** Threads of the pool that this thread belongs to, 1 outside a pool: what a host is spared is shared among them. */
export function poolSize(): number {
  const workers = (workerData as { workers?: unknown } | null)?.workers;
  return typeof workers === "number" ? workers : 1;
}
