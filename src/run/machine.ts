import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { hashOfFile } from "../files/hashOfFile.js";
import { packageRoot } from "../packageRoot.js";

/** The machine, without its name. */
export interface Machine {
  readonly platform: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly processor: string;
  /** Instruction sets on which floating-point results may depend. */
  readonly flags: readonly string[];
}

/** Versions of everything that computes. */
export interface Versions {
  readonly phenocover: string;
  /** SHA-256 of package-lock.json; null in an installed package. */
  readonly lockFile: string | null;
  readonly node: string;
  /** Name and version of the network engine. */
  readonly engine: string;
}

const relevantFlags = [
  "sse4_2",
  "avx",
  "avx2",
  "fma",
  "f16c",
  "avx512f",
  "avx512_vnni",
  "amx_bf16",
];

function processorFlags(): string[] {
  try {
    const text = readFileSync("/proc/cpuinfo", "utf8");
    const flags = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(" "));
    return relevantFlags.filter((flag) => flags.has(flag));
  } catch {
    return [];
  }
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 28) / 4,
    processor: cpus()[0]?.model.trim() ?? "",
    flags: processorFlags(),
  };
}

/** Versions of package, lock file and Node beside the given engine. */
export async function describeVersions(engine: string): Promise<Versions> {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return {
    phenocover: version,
    lockFile: await hashOfFile(join(root, "package-lock.json")).catch(() => null),
    node: process.versions.node,
    engine,
  };
}
