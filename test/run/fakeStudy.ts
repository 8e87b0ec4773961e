import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../src/files/atomic.js";
import type { ExecuteStep, StepExecutor, StepJob } from "../../src/run/executeStep.js";
import { describeMachine } from "../../src/run/machine.js";
import type { ChosenStep } from "../../src/run/plan.js";
import { createProgressLine } from "../../src/run/progressLine.js";
import type { RunSetting } from "../../src/run/runSteps.js";
import { openStudy } from "../../src/study/openStudy.js";

/** A folder for a test. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "phenocover-run-"));
}

/** Three steps over notebooks in `folder`: the first does not depend on the seed. */
export function fakeSteps(folder: string): ChosenStep[] {
  return ["01-first", "02-second", "03-third"].map((name, i) => {
    const notebook = join(folder, `${name}.ipynb`);
    const cell = { cell_type: "code", source: [`${name}\n`], metadata: {} };
    writeFileSync(notebook, JSON.stringify({ cells: [cell] }));
    const step = {
      name,
      notebook,
      seeded: i > 0,
      minimumYears: 1,
      reference: false,
      named: false,
      unread: [],
    };
    return { step, chosen: true, inapplicable: null };
  });
}

/** Writes what a step is expected to write: a table and a cube part, and the executed copy. */
export async function writeProducts(job: StepJob, table: string): Promise<void> {
  const root = join(job.output, "..", "..");
  const name = job.output.split("/").at(-1)!.slice(0, 2);
  await writeFileAtomic(join(root, "tables", `${name}.csv`), table);
  await writeFileAtomic(job.output, "{}");
  await writeFileAtomic(job.html, "<html>");
}

/** An executor that calls a function in place of a kernel. */
export function fakeExecutor(execute: ExecuteStep): StepExecutor {
  return { execute, prepare: () => {}, close: async () => {} };
}

/** A run over the steps whose log goes to `lines`. */
export async function fakeSetting(
  root: string,
  chosen: readonly ChosenStep[],
  seed: number,
  lines: string[],
): Promise<Omit<RunSetting, "executor">> {
  const study = await openStudy({ manifest: "demo-alps", runDir: root, seed });
  return {
    study,
    header: {
      format: 1,
      region: "demo-alps",
      manifest: study.manifest,
      years: study.years,
      seed,
      seeds: { region: 1, training: seed },
      size: "full",
      inputs: [],
      versions: { phenocover: "0", lockFile: null, node: "20", engine: "none 0" },
      machine: describeMachine(),
    },
    code: "code",
    chosen,
    choice: {},
    parameters: { seed },
    progress: createProgressLine({ write: (text) => lines.push(text.trimEnd()) }),
    signal: new AbortController().signal,
    dryRun: false,
  };
}
