import { NotebookError } from "../../errors.js";
import type { Transport } from "../client/connectionFile.js";
import type { StandbyKernels } from "../client/standbyKernels.js";
import type { Cell, CodeCell, Notebook, Output } from "../document/notebook.js";
import { kernelEngine } from "./kernelEngine.js";

/** Why a cell did not finish. */
export interface CellFailure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
  /** nothing can be executed after it: the kernel is gone or the run was stopped */
  readonly final: boolean;
}

/** A run as an engine sees it: what to execute and whom to tell. */
export interface EngineRun {
  readonly notebook: Notebook;
  /** what errors call the notebook */
  readonly name: string;
  readonly kernelName: string;
  /** working folder of the kernel */
  readonly cwd: string;
  /** seconds */
  readonly startTimeout: number;
  /** seconds a cell, undefined for no limit */
  readonly executionTimeout: number | undefined;
  readonly transport: Transport | undefined;
  readonly signal: AbortSignal | undefined;
  /** kernels that may be running already */
  readonly kernels: StandbyKernels | undefined;
  /** execute the other cells after a failed one */
  readonly keepGoing: boolean;
  readonly skipped: ReadonlySet<Cell>;
  /** code of a cell; it may hold secrets that the document does not */
  sourceOf(cell: CodeCell): string;
  startCell(cell: Cell): Promise<void>;
  /** something was added to a cell's outputs */
  output(cell: CodeCell, output: Output): void;
  endCell(cell: Cell, failure?: CellFailure, peakMemory?: number): Promise<void>;
  log(level: "DEBUG" | "INFO" | "WARNING", message: string): void;
}

/** Executes the cells of a run. */
export type Engine = (run: EngineRun) => Promise<void>;

const engines = new Map<string, Engine>();

/** Makes an engine known by name. */
export function registerEngine(name: string, engine: Engine): void {
  engines.set(name, engine);
}

/**
 * An engine by name; `nbclient` and undefined mean a kernel on this machine.
 *
 * @throws NotebookError when none of this name is registered
 */
export function findEngine(name: string | undefined): Engine {
  const registered = engines.get(name ?? "nbclient");
  if (registered) return registered;
  if (name === undefined || name === "nbclient") return kernelEngine;
  const known = ["nbclient", ...engines.keys()].join(", ");
  throw new NotebookError("--engine", `found ${name}, expected one of ${known}`);
}
