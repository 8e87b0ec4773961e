import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { engineChoice } from "../../engine/engineName.js";
import { UsageError } from "../../errors.js";
import { projectRoot } from "../../kernel/projectRoot.js";
import { createStepExecutor } from "../../run/executeStep.js";
import { provideKernel } from "../../run/kernelSetup.js";
import { createProgressLine } from "../../run/progressLine.js";
import { type Reproduction, reproduce } from "../../run/reproduce.js";
import { seedTable } from "../../run/seedTable.js";
import type { Size } from "../../run/size.js";
import { summariseRun, summaryTable } from "../../run/summary.js";
import { readCsv } from "../../table/csv.js";
import type { Command, CommandContext } from "../command.js";
import { parseOptions, readOverrides, wholeNumber, wholeNumbers } from "../options.js";

const options = {
  years: { type: "string" },
  set: { type: "string", multiple: true },
  seed: { type: "string" },
  seeds: { type: "string" },
  regions: { type: "string" },
  size: { type: "string" },
  out: { type: "string" },
  only: { type: "string" },
  from: { type: "string" },
  jobs: { type: "string" },
  engine: { type: "string" },
  memory: { type: "string" },
  force: { type: "boolean" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const reproduceCommand: Command = {
  help: `Usage: phenocover reproduce MANIFEST [options]

Runs all notebooks of a region in order. MANIFEST is a file or a region of the package, such as
demo-alps or slovenia. A step whose inputs, parameters, code and engine are unchanged is skipped.
Ctrl-C stops; the same command goes on.

  --years 2018,2019  mapping years, a part of the manifest's
  --set name=value   manifest value by dotted path or parameter by name, repeatable
  --seed N           training seed (the manifest's)
  --seeds 1,2,3      several training seeds: the first in the run folder, the others in seeds/<n>
  --regions 1,2,3    several simulated regions: the first in the run folder, the others in regions/<n>
  --size small|full  small: every step on little data
  --out DIR          run folder (runs/<region>, runs/<region>-small)
  --only NAME        this step alone, such as 04-train
  --from NAME        this step and those after it
  --jobs N           workers (number of cores); results do not depend on it
  --engine NAME      networks on tensorflow, webgpu or wasm; auto (the first that starts)
  --memory GIB       memory that building the cube may take (3)
  --force            compute also what is unchanged
  --dry-run          say what would run and why
  --json             summary of the run as JSON on stdout
`,
  async run(args, context) {
    const { values, positionals } = parseOptions(args, options, [1, 1]);
    if (values.seed && values.seeds) throw new UsageError("--seed", "cannot stand beside --seeds");
    const seeds = values.seeds
      ? wholeNumbers("--seeds", values.seeds)
      : values.seed
        ? [wholeNumber("--seed", values.seed)]
        : [];
    // Kernels and child processes inherit the choice.
    if (values.engine) process.env.PHENOCOVER_ENGINE = engineChoice("--engine", values.engine);
    await provideKernel();
    const kernelFolder = projectRoot(process.cwd());
    const executor = await createStepExecutor(kernelFolder, context.signal);
    const progress = createProgressLine(context.stderr);
    try {
      const result = await reproduce(positionals[0]!, {
        seeds,
        ...(values.regions ? { regions: wholeNumbers("--regions", values.regions) } : {}),
        overrides: readOverrides("--set", values.set),
        size: sizeOf(values.size),
        ...(values.years ? { years: wholeNumbers("--years", values.years) } : {}),
        ...(values.out ? { out: values.out } : {}),
        ...(values.only ? { only: values.only } : {}),
        ...(values.from ? { from: values.from } : {}),
        ...(values.memory ? { memory: Number(values.memory) } : {}),
        ...(values.jobs ? { workers: wholeNumber("--jobs", values.jobs, 1, 1024) } : {}),
        force: values.force ?? false,
        dryRun: values["dry-run"] ?? false,
        kernelFolder,
        executor,
        progress,
        signal: context.signal,
      });
      progress.close();
      if (!values["dry-run"]) await showResult(result, values.json ?? false, context);
      return 0;
    } catch (error) {
      progress.close();
      if (!context.signal.aborted) throw error;
      context.stderr.write("phenocover: stopped; the same command goes on from here\n");
      return 1;
    } finally {
      await executor.close();
    }
  },
};

function sizeOf(text = "full"): Size {
  if (text === "small" || text === "full") return text;
  throw new UsageError("--size", `${JSON.stringify(text)} is not one of small, full`);
}

/** The last screen: agreement, accuracy and change recall together, and where the report lies. */
async function showResult(
  { study, size, runs, computed, unchanged }: Reproduction,
  json: boolean,
  { stdout }: CommandContext,
): Promise<void> {
  const summaries = await Promise.all(runs.map(({ root }) => summariseRun(root)));
  const here = (path: string) => relative(process.cwd(), path) || ".";
  const root = study.folder.root;
  const report = join(root, "report.html");
  if (json) {
    const models = summaries.map((models, i) => ({
      seed: runs[i]!.seed,
      run: here(runs[i]!.root),
      models: models.map(({ model, ...groups }) => ({
        model,
        ...Object.fromEntries(
          Object.entries(groups).map(([name, scores]) => [name, Object.fromEntries(scores)]),
        ),
      })),
    }));
    stdout.write(`${JSON.stringify({ region: study.manifest.region, runs: models }, null, 2)}\n`);
    return;
  }
  const table = summaryTable(summaries);
  const seeds = runs.map(({ seed }) => seed).join(", ");
  stdout.write(`\n${study.manifest.title}\n`);
  stdout.write(
    runs.length > 1
      ? `Mean over training seeds ${seeds} (lowest-highest)\n\n`
      : `Training seed ${seeds}; 95 % intervals over spatial blocks in brackets\n\n`,
  );
  if (table) stdout.write(`${table}\n\n`);
  if (size === "small") {
    stdout.write("size small: too little data and training for these figures to mean anything\n\n");
  }
  const pooled = study.folder.table("seeds.csv");
  if (runs.length > 1 && existsSync(pooled)) {
    const differences = seedTable(await readCsv(pooled));
    if (differences) stdout.write(`${differences}\n\n`);
  }
  const regions = study.folder.table("regions.csv");
  if (existsSync(regions)) {
    const rows = (await readCsv(regions)).map((row) => ({ ...row, seed: row.region! }));
    const differences = seedTable(rows, "region");
    if (differences) stdout.write(`${differences}\n\n`);
  }
  stdout.write(`steps computed ${computed}, unchanged ${unchanged}; run folder ${here(root)}\n`);
  if (existsSync(report)) stdout.write(`report ${here(report)}\n`);
}
