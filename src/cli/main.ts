#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isPhenocoverError, UsageError } from "../errors.js";
import { suggestion } from "../manifest/suggestion.js";
import { packageVersion } from "../packageRoot.js";
import type { Command, CommandContext } from "./command.js";

/** Commands with one line each; their modules are loaded when they are called. */
const commands: Readonly<Record<string, readonly [text: string, load: () => Promise<Command>]>> = {
  reproduce: [
    "run all notebooks of a region in order, each only when something changed",
    async () => (await import("./commands/reproduce.js")).reproduceCommand,
  ],
  run: [
    "execute one notebook with any installed kernel",
    async () => (await import("./commands/run.js")).runCommand,
  ],
  inspect: [
    "show a notebook's parameters with type, default and help",
    async () => (await import("./commands/inspect.js")).inspectCommand,
  ],
  search: [
    "print the scene table of a region without building anything",
    async () => (await import("./commands/search.js")).searchCommand,
  ],
  verify: [
    "check every file of a run against its record",
    async () => (await import("./commands/verify.js")).verifyCommand,
  ],
  compare: [
    "show the tables of several runs side by side",
    async () => (await import("./commands/compare.js")).compareCommand,
  ],
  view: [
    "show the maps of a run in the browser",
    async () => (await import("./commands/view.js")).viewCommand,
  ],
  notebook: [
    "strip notebooks, check their types, convert them to text and HTML",
    async () => (await import("./commands/notebook.js")).notebookCommand,
  ],
  kernel: [
    "register or start the TypeScript kernel",
    async () => (await import("./commands/kernel.js")).kernelCommand,
  ],
  doctor: [
    "say what this machine offers: engine, GPU, memory, disk, Chromium, Slurm, MPI",
    async () => (await import("./commands/doctor.js")).doctorCommand,
  ],
};

function overview(): string {
  const lines = Object.entries(commands).map(([name, [text]]) => `  ${name.padEnd(11)}${text}`);
  return `phenocover: yearly land-cover maps from Sentinel-2 series and an old, coarse map

Usage: phenocover COMMAND [options]

${lines.join("\n")}

Options of every command: --help, --debug (stack of an error); --version here.
Exit codes: 0 done, 1 failed, 2 usage or manifest, 138 the kernel of a notebook died.
`;
}

/**
 * Runs the command line.
 *
 * @param args arguments behind the program's name
 * @returns the exit code; errors are one line on stderr
 */
export async function main(args: readonly string[], context: CommandContext): Promise<number> {
  const debug = args.includes("--debug");
  const [name, ...rest] = args.filter((arg) => arg !== "--debug");
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      (name ? context.stdout : context.stderr).write(overview());
      return name ? 0 : 2;
    }
    if (name === "--version") {
      context.stdout.write(`${packageVersion()}\n`);
      return 0;
    }
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!entry) {
      throw new UsageError(name, `unknown command${suggestion(name, Object.keys(commands))}`);
    }
    const command = await entry[1]();
    if (rest.includes("--help") || rest.includes("-h")) {
      context.stdout.write(command.help);
      return 0;
    }
    return await command.run(rest, context);
  } catch (error) {
    context.stderr.write(`${errorText(error, debug)}\n`);
    return isPhenocoverError(error) ? error.exitCode : 1;
  }
}

function errorText(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) {
    const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : "";
    return `${error.stack}${cause}`;
  }
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return `phenocover: the disk is full${path ? ` (${path})` : ""}; free some space and repeat the command`;
  const text = error instanceof Error ? error.message : String(error);
  return `phenocover: ${text.trim().split("\n")[0]}`;
}

/** Aborts on the first Ctrl-C or termination; the second one ends at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort(new Error("stopped"));
    });
  }
  return controller.signal;
}

async function start(): Promise<void> {
  const args = process.argv.slice(2);
  // A kernel has its own way with interrupts: they stop a cell, not the process.
  const signal = args[0] === "kernel" ? new AbortController().signal : interruptSignal();
  // A reader that closes the pipe early, such as head, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : 1);
  });
  const { stdout, stderr } = process;
  process.exitCode = await main(args, { stdout, stderr, signal });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await start();
}
