import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../errors.js";
import { locateManifest } from "../manifest/locateManifest.js";
import type { Overrides } from "../manifest/overrides.js";
import { readManifest } from "../manifest/readManifest.js";
import { openStudy } from "../study/openStudy.js";
import type { Study } from "../study/study.js";
import { type StudyEngine, studyEngine } from "./engineVersion.js";
import type { StepExecutor } from "./executeStep.js";
import { readInputs } from "./inputs.js";
import { describeMachine, describeVersions } from "./machine.js";
import { chooseSteps, type StepChoice } from "./plan.js";
import { portableManifest } from "./portableManifest.js";
import { preflight } from "./preflight.js";
import type { ProgressLine } from "./progressLine.js";
import { type RunRecord, recordPath } from "./record.js";
import { isLock, lockRun } from "./runLock.js";
import { type RunSetting, runSteps } from "./runSteps.js";
import { type Size, sizeOverrides } from "./size.js";
import { codeHash } from "./stepHash.js";
import { checkNotebooks } from "./steps.js";
import { wasmMinutes } from "./wasmEstimate.js";

/** What of a study is reproduced, and where. */
export interface ReproduceOptions extends StepChoice {
  readonly years?: readonly number[];
  readonly overrides?: Overrides;
  /** Training seeds; the first goes to the run folder, seed n of the others to `seeds/<n>` in it. */
  readonly seeds?: readonly number[];
  /**
   * Seeds of a simulated region; the first goes to the run folder, region n of the others to
   * `regions/<n>` in it, each with all training seeds.
   */
  readonly regions?: readonly number[];
  readonly size?: Size;
  /** Run folder; by default `runs/<region>` in the working directory, `runs/<region>-small` at size `small`. */
  readonly out?: string;
  readonly workers?: number;
  /** Memory that building the cube may take, GiB. */
  readonly memory?: number;
  readonly dryRun?: boolean;
  /** Folder from which kernels import; paths handed to notebooks are relative to it. */
  readonly kernelFolder: string;
  readonly executor: StepExecutor;
  readonly progress: ProgressLine;
  readonly signal: AbortSignal;
}

/** What a reproduction has left. */
export interface Reproduction {
  readonly study: Study;
  /** Of each seed. */
  readonly studies: readonly Study[];
  readonly size: Size;
  /** Run folder of each seed. */
  readonly runs: readonly { readonly seed: number; readonly root: string }[];
  readonly computed: number;
  readonly unchanged: number;
}

const posix = (path: string) => path.split(sep).join("/");

/**
 * Reproduces a study: executes the notebooks in order for every seed, each step only when something
 * that it depends on has changed. Several seeds also give tables/seeds.csv, their differences
 * between models one by one and pooled; several regions tables/regions.csv, theirs.
 *
 * @param given path or name of a region manifest
 * @throws ManifestError before any step starts when manifest, images or labels cannot carry the study
 */
export async function reproduce(given: string, options: ReproduceOptions): Promise<Reproduction> {
  const [first, ...others] = options.regions ?? [];
  if (first === undefined) return reproduceRegion(given, options);
  checkDistinct("--regions", options.regions ?? []);
  const { images } = readManifest(given, options.overrides);
  if (images.kind !== "simulated") {
    throw new UsageError(
      "--regions",
      `needs a simulated region, found images of kind ${images.kind}`,
    );
  }
  const of = (region: number, out?: string): ReproduceOptions => ({
    ...options,
    overrides: { ...options.overrides, "images.seed": region },
    ...(out === undefined ? {} : { out }),
  });
  if (others.length > 0) options.progress.say(`region ${first} (1 of ${others.length + 1})`);
  const main = await reproduceRegion(given, of(first));
  const { root } = main.study.folder;
  const all = [main];
  for (const [n, region] of others.entries()) {
    options.progress.say(`region ${region} (${n + 2} of ${others.length + 1})`);
    all.push(await reproduceRegion(given, of(region, join(root, "regions", String(region)))));
  }
  const studies = new Map([first, ...others].map((region, n) => [region, all[n]!.studies]));
  if (!options.dryRun && all.length > 1 && [...studies.values()].flat().every(isScored)) {
    const { poolRegions } = await import("./pooledSeeds.js");
    options.progress.say("pooling the regions");
    const stopPooling = talk(options.progress, "pooling the regions");
    await poolRegions(studies).finally(stopPooling);
  }
  const sum = (count: (one: Reproduction) => number) => all.reduce((n, one) => n + count(one), 0);
  return {
    ...main,
    computed: sum((one) => one.computed),
    unchanged: sum((one) => one.unchanged),
  };
}

async function reproduceRegion(given: string, options: ReproduceOptions): Promise<Reproduction> {
  const { first, open, size, settingOf } = await prepare(given, options);
  const { root } = first.folder;
  const freeFolder = options.dryRun ? undefined : await lockRun(root);
  try {
    const runs: { seed: number; root: string }[] = [];
    const studies: Study[] = [];
    let computed = 0;
    let unchanged = 0;
    const seeds = options.seeds?.length ? options.seeds : [first.seed];
    for (const [i, seed] of seeds.entries()) {
      options.signal.throwIfAborted();
      const runDir = i === 0 ? root : join(root, "seeds", String(seed));
      const study = i === 0 ? first : await open(seed, runDir);
      if (seeds.length > 1) options.progress.say(`seed ${seed} (${i + 1} of ${seeds.length})`);
      const setting = settingOf(study, seed);
      const outcome = await runSteps(i === 0 ? setting : { ...setting, shareFrom: root });
      computed += outcome.computed.length;
      unchanged += outcome.unchanged.length;
      runs.push({ seed, root: runDir });
      studies.push(study);
    }
    if (!options.dryRun) await pool(studies, options.progress);
    return { study: first, studies, size, runs, computed, unchanged };
  } finally {
    await freeFolder?.();
  }
}

/** A study that has been checked, and how each of its seeds is opened and run. */
interface Preparation {
  readonly first: Study;
  readonly size: Size;
  readonly open: (seed: number, runDir: string) => Promise<Study>;
  readonly settingOf: (study: Study, seed: number) => RunSetting;
}

async function prepare(given: string, options: ReproduceOptions): Promise<Preparation> {
  const { progress, size = "full", seeds = [] } = options;
  const { region, images } = readManifest(given, options.overrides);
  const overrides = { ...sizeOverrides(size, images.kind), ...options.overrides };
  // A trial must not take the place of results.
  const out = options.out ?? (size === "small" ? `runs/${region}-small` : undefined);
  const open = (seed: number | undefined, runDir: string | undefined) =>
    openStudy({
      manifest: given,
      overrides,
      ...(options.years ? { years: options.years } : {}),
      ...(seed === undefined ? {} : { seed }),
      ...(runDir ? { runDir } : {}),
      ...(options.workers ? { workers: options.workers } : {}),
      ...(options.memory === undefined ? {} : { memory: options.memory }),
    });
  checkDistinct("--seeds", seeds);
  const first = await open(seeds[0], out);
  const chosen = chooseSteps(first.years.length, options);

  const root = first.folder.root;
  if (!existsSync(recordPath(root))) requireOwnFolder(root);
  // A first run is sure to need a kernel; starting it now hides that time behind the checks.
  if (!options.dryRun && !existsSync(recordPath(root))) options.executor.prepare();
  const stopTalking = talk(progress, "checking images and labels");
  const [inputs, engine] = await Promise.all([
    inputsOf(first, given),
    studyEngine(),
    preflight(first, options.signal),
  ]).finally(stopTalking);
  sayEngine(engine, first, progress);
  checkNotebooks(chosen.filter((one) => one.chosen).map(({ step }) => step));
  const header = await headerOf(first, given, size, inputs, engine);
  const code = codeHash();
  const located = locateManifest(given);
  const manifest = located.file === given ? kernelPath(options, resolve(given)) : given;
  const settingOf = (study: Study, seed: number): RunSetting => ({
    study,
    header: { ...header, seed, seeds: { ...header.seeds, training: seed } },
    code,
    chosen,
    choice: options,
    parameters: {
      manifest,
      years: [...study.years],
      seed,
      runDir: kernelPath(options, study.folder.root),
      overrides,
      workers: study.workers,
    },
    ...(options.memory ? { stepParameters: { "01-retrieve": { memory: options.memory } } } : {}),
    executor: options.executor,
    progress,
    signal: options.signal,
    dryRun: options.dryRun ?? false,
  });
  return { first, size, open, settingOf };
}

/** Tabulates differences between models over several seeds, once all have come so far. */
async function pool(studies: readonly Study[], progress: ProgressLine): Promise<void> {
  if (studies.length < 2 || !studies.every(isScored)) return;
  const { poolSeeds } = await import("./pooledSeeds.js");
  progress.say("pooling the seeds");
  const stopPooling = talk(progress, "pooling the seeds");
  await poolSeeds(studies).finally(stopPooling);
}

/** Whether a run has come as far as its comparison of models. */
function isScored({ folder }: Study): boolean {
  return existsSync(folder.table("differences.csv"));
}

/** A run removes what its steps do not vouch for: it must not start among somebody's files. */
function requireOwnFolder(root: string): void {
  const files = existsSync(root) ? readdirSync(root).filter((name) => !isLock(name)) : [];
  if (files.length === 0) return;
  const found = `holds ${files[0]} and ${files.length - 1} more without a run.json`;
  throw new UsageError(
    relative(process.cwd(), root),
    `${found}, expected an empty folder or the folder of a run`,
  );
}

function checkDistinct(option: string, seeds: readonly number[]): void {
  const repeated = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (repeated !== undefined) throw new UsageError(option, `${repeated} is listed twice`);
}

/** A path as notebooks get it: it must not name people or machines. */
function kernelPath({ kernelFolder }: ReproduceOptions, path: string): string {
  return posix(relative(kernelFolder, path));
}

/** Shows that something is being done until stopped; a step's own progress takes over later. */
function talk(progress: ProgressLine, what: string): () => void {
  const timer = setInterval(() => progress.say(`${what} ...`), 4000);
  return () => clearInterval(timer);
}

function sayEngine(engine: StudyEngine, study: Study, line: ProgressLine): void {
  if (engine.name === "compiled" || engine.name === "tensorflow") return;
  const { name, version, reason } = engine;
  const where =
    name === "webgpu"
      ? `${version} (${reason})`
      : `the WASM backend ${version} (${reason}): about ${wasmMinutes(study)} min, most of it in 04-train`;
  line.say(`networks run on ${where}`);
}

function inputsOf(study: Study, given: string) {
  return readInputs(study.manifest, dirname(locateManifest(given).path));
}

async function headerOf(
  study: Study,
  given: string,
  size: Size,
  inputs: RunRecord["inputs"],
  engine: StudyEngine,
): Promise<Omit<RunRecord, "steps" | "decisions">> {
  const { manifest, years, seed } = study;
  return {
    format: 1,
    region: manifest.region,
    manifest: portableManifest(manifest, dirname(locateManifest(given).path)),
    years,
    seed,
    seeds: {
      region: manifest.images.kind === "simulated" ? manifest.images.seed : null,
      training: seed,
    },
    size,
    inputs,
    versions: await describeVersions(`${engine.name} ${engine.version}`),
    machine: describeMachine(),
  };
}
