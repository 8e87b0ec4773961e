import { AsyncResource } from "node:async_hooks";
import childProcess, { ChildProcess } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StreamName } from "./streamRing.js";

/** Receives what a child process wrote. */
type WriteStream = (stream: StreamName, bytes: Uint8Array) => void;

interface StdioOptions {
  stdio?: unknown;
}

/**
 * Lets child processes that would write to the kernel's own stdout and stderr (`stdio: "inherit"`)
 * write to the notebook instead.
 *
 * @param waiting counts synchronous children that the process waits for
 */
export function captureChildOutput(write: WriteStream, waiting: Int32Array): void {
  const prototype = ChildProcess.prototype as ChildProcess & {
    spawn(options: StdioOptions): number;
  };
  const spawn = prototype.spawn;
  prototype.spawn = function (options) {
    const { stdio, inherited } = redirect(options.stdio, () => "pipe");
    const result = spawn.call(this, { ...options, stdio });
    for (const [index, stream] of inherited) {
      // The text belongs to the cell that started the process, whichever runs when it arrives.
      const forward = AsyncResource.bind((bytes: Buffer) => write(stream, bytes));
      this.stdio[index]?.on("data", forward);
    }
    return result;
  };
  const functions = childProcess as unknown as Record<string, Run>;
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    functions[name] = captureSync(counted(functions[name]!, waiting), write);
  }
  syncBuiltinESMExports();
}

type Run = (...values: unknown[]) => unknown;

function counted(run: Run, waiting: Int32Array): Run {
  return (...values) => {
    Atomics.add(waiting, 0, 1);
    try {
      return run(...values);
    } finally {
      Atomics.sub(waiting, 0, 1);
    }
  };
}

/** A synchronous child writes to files, which are read when it has ended. */
function captureSync(run: Run, write: WriteStream): Run {
  return (...values) => {
    const at = values.findIndex((value) => (value as StdioOptions | null)?.stdio !== undefined);
    const options = values[at] as StdioOptions | undefined;
    if (options === undefined || redirect(options.stdio, () => "pipe").inherited.length === 0) {
      return run(...values);
    }
    const folder = mkdtempSync(join(tmpdir(), "phenocover-"));
    const file = (stream: StreamName) => join(folder, stream);
    const open: number[] = [];
    const { stdio, inherited } = redirect(options.stdio, (stream) => {
      const handle = openSync(file(stream), "a");
      open.push(handle);
      return handle;
    });
    try {
      return run(...values.with(at, { ...options, stdio }));
    } finally {
      for (const handle of open) closeSync(handle);
      for (const [, stream] of inherited) write(stream, readFileSync(file(stream)));
      rmSync(folder, { recursive: true });
    }
  };
}

/** Replaces inherited stdout and stderr in a `stdio` option. */
function redirect(
  stdio: unknown,
  target: (stream: StreamName) => unknown,
): { stdio: unknown; inherited: [number, StreamName][] } {
  const entries: unknown[] =
    typeof stdio === "string" ? [stdio, stdio, stdio] : Array.isArray(stdio) ? [...stdio] : [];
  const inherited: [number, StreamName][] = [];
  for (const [index, stream] of [
    [1, "stdout"],
    [2, "stderr"],
  ] as const) {
    const entry = entries[index];
    if (entry === "inherit" || entry === index || entry === process[stream]) {
      entries[index] = target(stream);
      inherited.push([index, stream]);
    }
  }
  return inherited.length === 0 ? { stdio, inherited } : { stdio: entries, inherited };
}
