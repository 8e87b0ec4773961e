import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { UsageError } from "../errors.js";

const lockName = "run.lock";

/** Whether a file of a run folder belongs to its lock. */
export function isLock(name: string): boolean {
  return name.startsWith(lockName);
}

interface Holder {
  readonly process: number;
  readonly host: string;
}

/**
 * Reserves a run folder for this process, so that two runs never write the same files. A lock whose
 * process is gone from this machine is taken over.
 *
 * @returns a function that frees the folder again
 * @throws UsageError when another process holds it, with its number and machine
 */
export async function lockRun(root: string): Promise<() => Promise<void>> {
  const path = join(root, lockName);
  await mkdir(root, { recursive: true });
  const mine: Holder = { process: process.pid, host: hostname() };
  const complete = `${path}.${randomUUID().slice(0, 8)}.part`;
  await writeFile(complete, JSON.stringify(mine));
  try {
    // A link appears with its content, or not at all where the name is taken.
    while (!(await link(complete, path).then(() => true, takenName))) {
      const holder = await readHolder(path);
      if (holder && (holder.host !== mine.host || isAlive(holder.process))) {
        throw new UsageError(
          relative(process.cwd(), root) || ".",
          `process ${holder.process} on ${holder.host} is writing this run, expected none (if it is gone, delete ${lockName})`,
        );
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(complete, { force: true });
  }
  return () => rm(path, { force: true });
}

function takenName(error: NodeJS.ErrnoException): false {
  if (error.code === "EEXIST") return false;
  throw error;
}

/** Who holds a lock; undefined when it was freed meanwhile or does not say. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(id: number): boolean {
  if (id === process.pid) return true;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
