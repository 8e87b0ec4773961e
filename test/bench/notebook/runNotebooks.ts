import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ProcessError } from "../../../src/errors.js";
import type { Cell } from "../../../src/notebook/document/notebook.js";
import { readNotebook } from "../../../src/notebook/document/readNotebook.js";
import { writeNotebook } from "../../../src/notebook/document/writeNotebook.js";
import { packageRoot } from "../../../src/packageRoot.js";
import { peersFolder } from "../files.js";
import { childSeconds, report } from "../measure.js";
import { notebooks } from "./notebookBenchmark.js";

/*
 * runNotebooks.js [PYTHON] FOLDER: runs the benchmark's notebooks with `phenocover run`, or with
 * the papermill of a Python, which takes the same arguments and leaves the same times in notebooks.
 */

/** Name of the notebook, how the run is called, and whether no compiler has seen its cells before. */
const runs = notebooks.flatMap((name): [string, string, boolean][] =>
  name === "typescript-cells"
    ? [
        [name, `${name}, new`, true],
        [name, `${name}, again`, false],
      ]
    : [[name, name, false]],
);

const [peer, folder] = process.argv.length > 3 ? process.argv.slice(2) : [null, process.argv[2]!];
const command =
  peer === null
    ? [process.execPath, join(packageRoot(), "dist", "src", "cli", "main.js"), "run"]
    : [peer!, "-m", "papermill"];
const env = {
  ...process.env,
  PATH: `${join(peersFolder("notebook"), "bin")}${delimiter}${process.env.PATH}`,
  JUPYTER_PATH: join(packageRoot(), ".cache", "jupyter"),
  PYDEVD_DISABLE_FILE_VALIDATION: "1",
};

for (const [name, label, isNew] of runs) {
  if (isNew) await renew(join(folder!, `${name}.ipynb`));
  const output = join(folder!, `${name}-out.ipynb`);
  const cpu = childSeconds();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const child = spawn(
    command[0]!,
    [...command.slice(1), join(folder!, `${name}.ipynb`), output, "--log-output"],
    { cwd: packageRoot(), env, stdio: ["ignore", "ignore", "pipe"] },
  );
  let first: number | undefined;
  let peakMiB = 0;
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakMemory(child.pid!));
  }, 50);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (first === undefined && /(cell|line) \d/.test(text)) first = seconds();
  });
  const code = await new Promise((done) => child.once("close", done));
  clearInterval(watch);
  const total = seconds();
  if (code !== 0) throw new ProcessError(command.join(" "), `ended with ${code} for ${name}`);
  const { cells } = await readNotebook(output);
  const durations = cells.map(duration).sort((a, b) => a - b);
  const lines = cells.reduce((sum, cell) => sum + printedLines(cell), 0);
  const cost = { cpuSeconds: childSeconds() - cpu, peakMiB, results: { lines } };
  if (name.endsWith("-lines")) {
    report({ what: `${label}: the cell`, seconds: durations.at(-1)!, ...cost });
  } else {
    report({ what: `${label}: whole run`, seconds: total, ...cost });
    report({ what: `${label}: first result`, seconds: first ?? Number.NaN, ...cost });
    report({ what: `${label}: median cell`, seconds: durations[durations.length >> 1]!, ...cost });
  }
}

/** Changes the comment at the end of each cell, so that nothing kept from earlier runs fits. */
async function renew(path: string): Promise<void> {
  const notebook = await readNotebook(path);
  const mark = `// ${randomUUID()}`;
  for (const cell of notebook.cells) cell.source = `${cell.source.split("\n//")[0]}\n${mark}`;
  await writeNotebook(path, notebook);
}

function duration({ metadata }: Cell): number {
  return (metadata.papermill as { duration: number }).duration;
}

function printedLines(cell: Cell): number {
  if (cell.cell_type !== "code") return 0;
  return cell.outputs.reduce(
    (sum, output) =>
      sum + (output.output_type === "stream" ? output.text.split("\n").length - 1 : 0),
    0,
  );
}

/** Largest resident memory of a process so far in MiB; 0 where Linux's process table is absent. */
function peakMemory(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
