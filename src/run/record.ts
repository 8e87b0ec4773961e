import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Manifest } from "../manifest/manifest.js";
import type { FileChecksum } from "./checksum.js";
import type { Decisions } from "./decisions.js";
import type { Input } from "./inputs.js";
import type { Machine, Versions } from "./machine.js";
import type { StepBasis } from "./stepHash.js";

/** What is known about one step of a run. */
export interface StepRecord {
  readonly name: string;
  /** `started` stands while the step computes and after it was stopped. */
  readonly status: "started" | "complete";
  /** Hash over `basis`: the step is computed again when it changes. */
  readonly hash: string;
  readonly basis: StepBasis;
  /** ISO time, UTC. */
  readonly started: string;
  readonly seconds: number | null;
  /** Largest memory of a single process and of all together, MiB; null where not measurable. */
  readonly peakMemory: { readonly process: number; readonly together: number } | null;
  readonly workers: number;
  /** Versions and machine at the time, for a run that was continued elsewhere. */
  readonly engine: string;
  readonly products: readonly FileChecksum[];
}

/** `run.json`: everything needed to judge and to repeat a run. */
export interface RunRecord {
  readonly format: 1;
  readonly region: string;
  /** Resolved manifest with paths relative to its folder. */
  readonly manifest: Manifest;
  readonly years: readonly number[];
  readonly seed: number;
  readonly seeds: { readonly region: number | null; readonly training: number };
  readonly size: string;
  readonly inputs: readonly Input[];
  readonly decisions: Decisions | null;
  readonly versions: Versions;
  readonly machine: Machine;
  readonly steps: readonly StepRecord[];
}

/** Path of the record in a run folder. */
export function recordPath(root: string): string {
  return join(root, "run.json");
}

/**
 * Reads the record of a run folder.
 *
 * @returns null when the folder has none
 * @throws FileError when the file is not a record of this format
 */
export async function readRecord(root: string): Promise<RunRecord | null> {
  const path = recordPath(root);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const record = JSON.parse(text) as RunRecord;
    if (record.format === 1 && Array.isArray(record.steps)) return record;
  } catch (cause) {
    throw new FileError(path, "not JSON, expected the record of a run", { cause });
  }
  throw new FileError(path, "another format, expected the record of a run (format 1)");
}

/** Writes the record, atomically. */
export async function writeRecord(root: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(recordPath(root), `${JSON.stringify(record, null, 2)}\n`);
}
