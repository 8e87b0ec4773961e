import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { packageVersion } from "../packageRoot.js";
import type { Transport } from "./client/connectionFile.js";
import { findKernelSpec } from "./client/kernelSpec.js";
import type { StandbyKernels } from "./client/standbyKernels.js";
import { findTagged } from "./document/cells.js";
import {
  type Cell,
  type CodeCell,
  isJsonObject,
  type JsonObject,
  type Notebook,
  type Output,
} from "./document/notebook.js";
import { readNotebook } from "./document/readNotebook.js";
import { requireWritable, writeNotebook } from "./document/writeNotebook.js";
import {
  defaultTexts,
  type InjectedCell,
  injectParameters,
  isTypeScript,
  languageOf,
  type NotebookLanguage,
  requireParameters,
} from "./parameters/inject.js";
import { fillPath } from "./parameters/pathTemplate.js";
import { type Parameters, parameterToJson } from "./parameters/value.js";
import { type CellFailure, type EngineRun, findEngine } from "./run/engine.js";
import { addFailureMarks, removeFailureMarks } from "./run/failureMarks.js";
import { kernelEngine } from "./run/kernelEngine.js";
import { ManagedRun } from "./run/managedRun.js";
import { requireNames } from "./run/names/requireNames.js";
import { typeScriptNames } from "./run/names/typescriptNames.js";
import { portableParameters, prepareRecords } from "./run/papermillMetadata.js";
import { inputChecksums, resumePoint } from "./run/resume.js";
import { CellFailed } from "./run/runErrors.js";
import { SecretMask } from "./run/secrets.js";
import { type CellSelection, skippedCells } from "./run/selectCells.js";

/** Whom a run tells what happens. */
export interface RunHooks {
  onNotebookStart?(notebook: Notebook): void | Promise<void>;
  /** @param index position of the cell, counted from 0, of `total` cells */
  onCellStart?(cell: Cell, index: number, total: number): void | Promise<void>;
  /** @param output what was added; of a stream only the new text */
  onOutput?(cell: Cell, index: number, output: Output): void;
  /** called before `onCellEnd` of a cell that failed */
  onCellError?(cell: Cell, index: number, failure: CellFailure): void | Promise<void>;
  onCellEnd?(cell: Cell, index: number, total: number): void | Promise<void>;
  onNotebookEnd?(notebook: Notebook): void | Promise<void>;
}

/** How a notebook is executed; every option of papermill has its counterpart. */
export interface RunOptions extends CellSelection {
  readonly parameters?: Parameters;
  /** names of parameters that must not reach the output, besides those named like secrets */
  readonly secrets?: readonly string[];
  /** inject names that the parameters cell does not declare, with a warning */
  readonly allowUnknown?: boolean;
  readonly engine?: string;
  readonly kernelName?: string;
  readonly language?: string;
  /** working folder of the kernel, default the process's */
  readonly cwd?: string;
  /** write the notebook with its parameters, execute nothing */
  readonly prepareOnly?: boolean;
  /** hide the source of code cells */
  readonly reportMode?: boolean;
  /** save after every cell, default true */
  readonly saveOnCell?: boolean;
  /** seconds between saves inside a cell, default 30, 0 for none */
  readonly autosaveEvery?: number;
  /** seconds, default 60 */
  readonly startTimeout?: number;
  /** seconds a cell, default no limit */
  readonly executionTimeout?: number;
  /** execute the cells after a failed one and fail at the end */
  readonly keepGoing?: boolean;
  /**
   * go on where the run that wrote the output failed or was stopped: steps that end with a cell
   * tagged `checkpoint` and are finished are not executed again unless something changed
   */
  readonly resume?: boolean;
  /** files that the notebook reads, besides those that its parameters name; a change undoes `resume` */
  readonly inputs?: readonly string[];
  /** file that gets a copy of what the cells print */
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  /** pass what cells print and show to `log` */
  readonly logOutput?: boolean;
  readonly transport?: Transport;
  /** kernels that may be running already, in the same working folder */
  readonly kernels?: StandbyKernels;
  readonly hooks?: RunHooks;
  /** stops the run: the present cell fails, the output is saved */
  readonly signal?: AbortSignal;
  readonly log?: (level: "DEBUG" | "INFO" | "WARNING", message: string) => void;
}

/** Parameters that the runner itself may add. */
const BUILT_IN = new Set(["PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"]);

/**
 * Executes a notebook in the kernel that it names, with parameters, and writes the executed copy.
 *
 * @param input file, `-` for stdin, or a notebook, which is not changed
 * @param output file, `-` for stdout (written once, at the end), or null for none
 * @returns the executed notebook
 * @throws NotebookError for wrong parameters or an unknown kernel, FileError for an unreadable input
 *   or an unwritable output, both before anything is executed
 * @throws CellFailed when a cell fails, exceeds its time or loses its kernel (exit code 138); the
 *   output is written before
 */
export async function executeNotebook(
  input: string | Notebook,
  output: string | null,
  options: RunOptions = {},
): Promise<Notebook> {
  const parameters = options.parameters ?? {};
  const now = new Date();
  const from = typeof input === "string" ? fillPath(input, parameters, now) : "notebook";
  const to = output === null ? null : fillPath(output, parameters, now);
  const log = options.log ?? (() => {});
  if (typeof input === "string" && from !== "-" && !/\.(ipynb|json)$/.test(from)) {
    log("WARNING", `${from}: the name does not end with .ipynb or .json`);
  }
  const notebook = typeof input === "string" ? await readNotebook(from) : structuredClone(input);

  const mask = new SecretMask(parameters, new Set(options.secrets), process.env);
  const injected = prepare(notebook, from, to, options, mask);
  if (to !== null && to !== "-") await requireWritable(to);
  if (options.prepareOnly) {
    for (const cell of notebook.cells) {
      if (cell !== injected?.cell) cell.metadata.papermill ??= {};
    }
    if (to !== null) await writeNotebook(to, mask.notebook(notebook));
    return notebook;
  }

  log("INFO", `Input Notebook:  ${from}`);
  log("INFO", `Output Notebook: ${to ?? "none"}`);
  if (options.cwd !== undefined) log("INFO", `Working directory: ${options.cwd}`);
  const language = languageOf(notebook, options);
  const cwd = resolve(options.cwd ?? ".");
  const kept = await keptCells(notebook, from, to, { ...options, cwd }, language);
  if (kept === "all") return readNotebook(to!);
  const skipped = new Set([...skippedCells(notebook, options), ...kept.keys()]);
  const sourceOf = (cell: CodeCell): string =>
    cell === injected?.cell ? injected.source : cell.source;
  if (skipped.size > 0 && isTypeScript(language)) {
    const code = notebook.cells.filter((cell) => cell.cell_type === "code");
    requireNames(from, notebook, skipped, code.map(sourceOf).map(typeScriptNames));
  }
  const saved = to === "-" || options.saveOnCell === false ? null : to;
  const managed = new ManagedRun(notebook, saved, mask, options);
  const run: EngineRun = {
    notebook,
    name: from,
    kernelName: language.kernel,
    cwd,
    startTimeout: options.startTimeout ?? 60,
    executionTimeout: options.executionTimeout || undefined,
    transport: options.transport,
    signal: options.signal,
    kernels: options.kernels,
    keepGoing: options.keepGoing ?? false,
    skipped,
    sourceOf,
    startCell: (cell) => managed.startCell(cell),
    output: (cell, item) => managed.output(cell, item),
    endCell: (cell, failure, peak) => managed.endCell(cell, failure, peak),
    log,
  };
  const engine = findEngine(options.engine);
  // an output of an earlier run must not be lost to a kernel that is missing
  if (engine === kernelEngine) await findKernelSpec(run.kernelName);
  await managed.start(skipped, kept);
  let completed = false;
  try {
    await engine(run);
    completed = true;
  } finally {
    await managed.end(completed);
    if (to !== null && saved === null) await writeNotebook(to, mask.notebook(notebook));
  }

  const { failed } = managed;
  if (failed !== undefined && !isCleanExit(failed.failure)) {
    const count = failed.cell.cell_type === "code" ? failed.cell.execution_count : null;
    addFailureMarks(notebook, failed.cell, count);
    if (to !== null) await writeNotebook(to, mask.notebook(notebook));
    throw new CellFailed(from, count, {
      ...failed.failure,
      evalue: mask.text(failed.failure.evalue),
      traceback: failed.failure.traceback.map((line) => mask.text(line)),
    });
  }
  return notebook;
}

/** Injects the parameters and writes what is known before the run into the metadata. */
function prepare(
  notebook: Notebook,
  from: string,
  to: string | null,
  options: RunOptions,
  mask: SecretMask,
): InjectedCell | undefined {
  const given = options.parameters ?? {};
  const language = languageOf(notebook, options);
  const warn = (message: string): void => options.log?.("WARNING", message);
  let injected: InjectedCell | undefined;
  let recorded: JsonObject | undefined;
  const injects = Object.keys(given).length > 0;
  if (injects || findTagged(notebook, "injected-parameters") < 0) {
    requireParameters(notebook, given, { ...language, name: from });
  }
  if (injects) {
    injected = injectParameters(notebook, given, {
      ...language,
      name: from,
      allowUnknown: options.allowUnknown ?? false,
      builtIn: BUILT_IN,
      hides: (name) => mask.hides(name),
      warn,
    });
    recorded = mask.parameters(portableParameters(parameterToJson(given)) as JsonObject);
  }
  if (options.reportMode) {
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code") continue;
      const jupyter = isJsonObject(cell.metadata.jupyter) ? cell.metadata.jupyter : {};
      cell.metadata.jupyter = { ...jupyter, source_hidden: true };
    }
  }
  prepareRecords(notebook, {
    input: from,
    output: to,
    version: packageVersion(),
    ...(recorded ? { parameters: recorded } : {}),
  });
  removeFailureMarks(notebook);
  return injected;
}

/**
 * Cells of an earlier run's finished steps with what they hold there; "all" when nothing is left to
 * do. Notes the checksums of the inputs where a later run may resume.
 */
async function keptCells(
  notebook: Notebook,
  from: string,
  to: string | null,
  options: RunOptions & { readonly cwd: string },
  language: NotebookLanguage,
): Promise<ReadonlyMap<Cell, Cell> | "all"> {
  const none: ReadonlyMap<Cell, Cell> = new Map();
  if (findTagged(notebook, "checkpoint") < 0) {
    if (options.resume) options.log?.("WARNING", "No cell is tagged checkpoint: all cells run");
    return none;
  }
  const named = { ...defaultTexts(notebook, { ...language, name: from }), ...options.parameters };
  const inputs = await inputChecksums(named, options.inputs ?? [], options.cwd);
  notebook.metadata.phenocover = { inputs };
  if (!options.resume || to === null || !existsSync(to)) return none;
  const point = resumePoint(notebook, await readNotebook(to), inputs);
  if (point.next === undefined) {
    options.log?.("INFO", `${to}: every step is finished and unchanged`);
    return "all";
  }
  const position = notebook.cells.indexOf(point.next) + 1;
  const because = point.reason === undefined ? "" : `: ${point.reason}`;
  options.log?.("WARNING", `Resuming at cell ${position}${because}`);
  return point.finished;
}

/** Python's `sys.exit()` and `sys.exit(0)` end a notebook early, but well. */
function isCleanExit(failure: { ename: string; evalue: string }): boolean {
  return failure.ename === "SystemExit" && ["", "0"].includes(failure.evalue);
}
