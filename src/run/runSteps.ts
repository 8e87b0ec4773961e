import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../errors.js";
import type { Parameters } from "../notebook/parameters/value.js";
import type { Study } from "../study/study.js";
import { checksumFiles, hashOfValue } from "./checksum.js";
import { readDecisions } from "./decisions.js";
import type { StepExecutor } from "./executeStep.js";
import { watchMemory } from "./memory.js";
import { type ChosenStep, judgeStep, productsOf, type StepChoice, type Verdict } from "./plan.js";
import { changedProducts, removeLeftovers, snapshotProducts } from "./products.js";
import { clock, type ProgressLine } from "./progressLine.js";
import { type RunRecord, readRecord, type StepRecord, writeRecord } from "./record.js";
import { changedParts, notebookHash, type StepBasis, stepBasis } from "./stepHash.js";
import type { Step } from "./steps.js";

/** A run of one seed, ready to compute. */
export interface RunSetting {
  readonly study: Study;
  /** Everything of the record but its steps. */
  readonly header: Omit<RunRecord, "steps" | "decisions">;
  readonly code: string;
  readonly chosen: readonly ChosenStep[];
  readonly choice: StepChoice;
  /** Parameters for the notebooks. */
  readonly parameters: Parameters;
  /** Parameters of single steps beside those of all, by step name. */
  readonly stepParameters?: Readonly<Record<string, Parameters>>;
  /** Another run of the same study whose seedless steps may be shared. */
  readonly shareFrom?: string;
  readonly executor: StepExecutor;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

/** What happened to the steps of a run. */
export interface RunOutcome {
  readonly computed: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Computes the chosen steps of a run in order, leaves out what is unchanged, and keeps the record
 * up to date after each, so that a stopped run goes on where it was.
 */
export async function runSteps(setting: RunSetting): Promise<RunOutcome> {
  const { study, progress, signal, choice } = setting;
  const root = study.folder.root;
  const previous = await readRecord(root);
  let record: RunRecord = {
    ...setting.header,
    decisions: previous?.decisions ?? null,
    steps: previous?.steps ?? [],
  };
  const computed: string[] = [];
  const unchanged: string[] = [];
  let pending = false;
  for (const [i, { step, chosen, inapplicable }] of setting.chosen.entries()) {
    signal.throwIfAborted();
    if (!chosen) continue;
    const head = `[${i + 1}/${setting.chosen.length}] ${step.name}`;
    if (inapplicable) {
      progress.say(`${head} left out: ${inapplicable}`);
      // What it gave for other years must not stand beside the present ones.
      if (!setting.dryRun) record = await withoutStep(root, record, step);
      continue;
    }
    await requireEarlier(setting, record, step);
    const basis = await basisOf(setting, record, step);
    const known = record.steps.find(({ name }) => name === step.name);
    const verdict: Verdict = await judgeStep(root, known, basis, choice.force ?? false);
    if (!verdict.run && !pending) {
      progress.say(`${head} unchanged, skipped`);
      unchanged.push(step.name);
      continue;
    }
    const reason = verdict.run ? verdict.reason : "an earlier step is computed again";
    if (setting.dryRun) {
      computed.push(step.name);
      progress.say(`${head} would run (${reason})`);
      // What comes out of it is unknown, so everything behind it may have to run as well.
      pending = true;
      continue;
    }
    const shared = await shareStep(setting, record, step, basis);
    if (shared) {
      record = shared;
      await writeRecord(root, record);
      progress.say(`${head} shared with the first seed`);
      unchanged.push(step.name);
      continue;
    }
    record = await computeStep(setting, record, step, basis, i, verdict);
    computed.push(step.name);
    progress.end(`${head} done${costText(record, step)}`);
  }
  return { computed, unchanged };
}

/** A step on its own needs what the steps before it have left for the same study. */
async function requireEarlier(setting: RunSetting, record: RunRecord, step: Step): Promise<void> {
  const { region } = setting.study.manifest;
  for (const before of setting.chosen) {
    if (before.step === step) return;
    if (before.chosen || before.inapplicable) continue;
    const { name } = before.step;
    const known = record.steps.find((one) => one.name === name);
    if (known?.status !== "complete") {
      const problem = `needs ${name}, which is not computed in the run folder of ${region}`;
      throw new UsageError(step.name, problem);
    }
    const basis = await basisOf(setting, record, before.step);
    // Other code may still be tried on what is there; another study may not.
    for (const part of ["parameters", "inputs"] as const) {
      if (basis[part] === known.basis[part]) continue;
      const [changed] = changedParts(known.basis, { ...known.basis, [part]: basis[part] });
      const problem = `needs ${name}, which was computed with another ${changed}; run from ${name}`;
      throw new UsageError(step.name, problem);
    }
  }
}

/** The record without a step, whose products are removed. */
async function withoutStep(root: string, record: RunRecord, step: Step): Promise<RunRecord> {
  const known = record.steps.find(({ name }) => name === step.name);
  if (!known) return record;
  for (const { path } of known.products) await rm(join(root, path), { force: true });
  const rest = { ...record, steps: record.steps.filter((one) => one !== known) };
  await writeRecord(root, rest);
  return rest;
}

function costText(record: RunRecord, { name }: Step): string {
  const { seconds, peakMemory } = record.steps.find((one) => one.name === name)!;
  const memory = peakMemory
    ? `, largest process ${(peakMemory.process / 1024).toFixed(1)} GiB`
    : "";
  return ` in ${clock(seconds ?? 0)}${memory}`;
}

async function basisOf(setting: RunSetting, record: RunRecord, step: Step): Promise<StepBasis> {
  const { header } = setting;
  return stepBasis(
    {
      step,
      manifest: header.manifest,
      years: header.years,
      seed: header.seed,
      engine: header.versions.engine,
      inputs: header.inputs,
      earlier: productsOf(record, namesBefore(setting, step)),
    },
    await notebookHash(step.notebook),
    setting.code,
  );
}

/** Names of a run's steps in order, up to the given one. */
function namesBefore({ chosen }: RunSetting, step: Step): string[] {
  const names = chosen.map((one) => one.step.name);
  return names.slice(0, names.indexOf(step.name));
}

/** The record with one step put in place of its former self. */
function withStep(record: RunRecord, step: StepRecord): RunRecord {
  const taken = new Set(step.products.map(({ path }) => path));
  const others = record.steps
    .filter(({ name }) => name !== step.name)
    .map((other) => ({
      ...other,
      products: other.products.filter(({ path }) => !taken.has(path)),
    }));
  // Names start with the position.
  return { ...record, steps: [...others, step].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Files that belong to other steps of the record, with their checksums. */
function ownedByOthers(record: RunRecord, step: Step): Map<string, string> {
  return new Map(
    record.steps
      .filter(({ name }) => name !== step.name)
      .flatMap(({ products }) =>
        products.map(({ path, sha256 }): [string, string] => [path, sha256]),
      ),
  );
}

async function computeStep(
  setting: RunSetting,
  before: RunRecord,
  step: Step,
  basis: StepBasis,
  index: number,
  verdict: Verdict,
): Promise<RunRecord> {
  const { study, progress, header } = setting;
  const root = study.folder.root;
  const started: StepRecord = {
    name: step.name,
    status: "started",
    hash: hashOfValue(basis),
    basis,
    started: new Date().toISOString(),
    seconds: null,
    peakMemory: null,
    workers: study.workers,
    engine: header.versions.engine,
    products: [],
  };
  if (!(verdict.run && verdict.resume)) await removeLeftovers(root, ownedByOthers(before, step));
  const record = withStep(before, started);
  await writeRecord(root, record);
  const output = `notebooks/${step.name}.ipynb`;
  const html = `notebooks/${step.name}.html`;
  const owned = ownedByOthers(record, step);
  const state = await snapshotProducts(root);
  const stopWatch = watchMemory();
  const begin = performance.now();
  progress.begin(step.name, index + 1, setting.chosen.length);
  try {
    await setting.executor.execute({
      notebook: step.notebook,
      output: join(root, output),
      html: join(root, html),
      parameters: { ...setting.parameters, ...setting.stepParameters?.[step.name] },
      signal: setting.signal,
      onCell: (cell, cells) => {
        // Not earlier: the next kernel's start must not delay this one's.
        if (cell === 1 && stepFollows(setting, index)) setting.executor.prepare();
        progress.cell(cell, cells);
      },
      onOutput: progress.output,
    });
  } catch (error) {
    stopWatch();
    throw error;
  }
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  const peakMemory = stopWatch();
  const after = await snapshotProducts(root);
  // A resumed step also owns what it had left behind.
  const paths = new Set([
    ...changedProducts(state, after),
    ...[...after.keys()].filter((path) => !owned.has(path)),
    output,
    html,
  ]);
  const written = await checksumFiles(
    [...paths].sort().map((path) => ({ path, at: join(root, path) })),
  );
  // A file that was written again with the same bytes stays with the step that made it first.
  const products = written.filter(({ path, sha256 }) => owned.get(path) !== sha256);
  const complete: StepRecord = { ...started, status: "complete", seconds, peakMemory, products };
  const decisions = await readDecisions(study.folder.scenes);
  const finished = { ...withStep(record, complete), decisions };
  await writeRecord(root, finished);
  return finished;
}

/** Whether a step after the given one may have to be computed. */
function stepFollows({ chosen }: RunSetting, index: number): boolean {
  return chosen.slice(index + 1).some((one) => one.chosen && !one.inapplicable);
}

/** Links the products of a step that is the same for all seeds from the first seed's run. */
async function shareStep(
  { study, shareFrom }: RunSetting,
  record: RunRecord,
  step: Step,
  basis: StepBasis,
): Promise<RunRecord | null> {
  if (!shareFrom || step.seeded) return null;
  const source = await readRecord(shareFrom);
  const known = source?.steps.find(({ name }) => name === step.name);
  if (!source || known?.status !== "complete" || known.hash !== hashOfValue(basis)) return null;
  const root = study.folder.root;
  await removeLeftovers(root, ownedByOthers(record, step));
  for (const { path } of known.products) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { force: true });
    // Another file system knows no links to this one.
    await link(join(shareFrom, path), target).catch(() => copyFile(join(shareFrom, path), target));
  }
  return { ...withStep(record, known), decisions: source.decisions };
}
