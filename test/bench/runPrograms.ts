import { spawn, spawnSync } from "node:child_process";
import { ProcessError } from "../../src/errors.js";
import type { Benchmark, Measurement, Program } from "./benchmark.js";

/** Measurements of one program: the fastest of all rounds for each part. */
export interface ProgramResult {
  readonly program: Program;
  /** Why nothing was measured. */
  readonly absent?: string;
  readonly measurements: readonly Measurement[];
}

/** Runs the programs of a benchmark in turn, several rounds, so that all meet the same machine. */
export async function runPrograms(
  { name, programs }: Benchmark,
  folder: string,
  rounds: number,
): Promise<ProgramResult[]> {
  const results = programs.map((program) => ({
    program,
    absent: absence(program),
    best: new Map<string, Measurement>(),
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { program, absent, best } of results) {
      if (absent) continue;
      process.stderr.write(`${name}: ${program.name}, round ${round + 1} of ${rounds}\n`);
      for (const found of await runOnce(program, folder)) {
        const known = best.get(found.what);
        if (!known || found.seconds < known.seconds) best.set(found.what, found);
      }
    }
  }
  return results.map(({ program, absent, best }) => ({
    program,
    ...(absent ? { absent } : {}),
    measurements: [...best.values()],
  }));
}

function absence({ command, python }: Program): string | undefined {
  if (!python) return undefined;
  const { program, module } =
    typeof python === "string" ? { program: command[0]!, module: python } : python;
  const { status } = spawnSync(program, ["-c", `import ${module}`], { stdio: "ignore" });
  return status === 0 ? undefined : `the Python package ${module} is not installed`;
}

async function runOnce({ name, command }: Program, folder: string): Promise<Measurement[]> {
  const [file, ...rest] = command;
  const child = spawn(file!, [...rest, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) throw new ProcessError(name, `ended with ${code}`);
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Measurement);
}
