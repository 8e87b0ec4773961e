import { closeSync, openSync, writeSync } from "node:fs";
import {
  type Cell,
  type CodeCell,
  type Notebook,
  type Output,
  objectAt,
} from "../document/notebook.js";
import type { RunOptions } from "../executeNotebook.js";
import type { CellFailure } from "./engine.js";
import { NotebookSaver } from "./notebookSaver.js";
import {
  endCell,
  endNotebook,
  papermillOf,
  startCell,
  startNotebook,
} from "./papermillMetadata.js";
import type { SecretMask } from "./secrets.js";
import { sectionTimes } from "./sections.js";

/** Keeps the records, the saved copy and the listeners of a running notebook up to date. */
export class ManagedRun {
  readonly #saver: NotebookSaver;
  readonly #files = new Map<string, number>();
  readonly #filters = new Map<string, ReturnType<SecretMask["stream"]>>();
  #start = new Date();
  #cellStart = new Date();
  /** the first cell that failed */
  failed: { readonly cell: Cell; readonly failure: CellFailure } | undefined;

  /** @param output file that is saved while cells run; null for none */
  constructor(
    readonly notebook: Notebook,
    output: string | null,
    readonly mask: SecretMask,
    readonly options: RunOptions,
  ) {
    const warn = (message: string): void => options.log?.("WARNING", message);
    this.#saver = new NotebookSaver(output, notebook, mask, options.autosaveEvery ?? 30, warn);
  }

  /**
   * Clears the notebook and saves it.
   *
   * @param kept cells with the records and outputs that they have from an earlier run
   */
  async start(skipped: ReadonlySet<Cell>, kept: ReadonlyMap<Cell, Cell>): Promise<void> {
    this.#start = new Date();
    startNotebook(this.notebook, this.#start);
    for (const cell of skipped) {
      const former = kept.get(cell);
      if (former) keepRecord(cell, former);
      else papermillOf(cell).status = "skipped";
    }
    const { stdoutFile, stderrFile } = this.options;
    if (stdoutFile !== undefined) this.#files.set("stdout", openSync(stdoutFile, "w"));
    if (stderrFile !== undefined) this.#files.set("stderr", openSync(stderrFile, "w"));
    await this.#saver.save();
    await this.options.hooks?.onNotebookStart?.(this.notebook);
  }

  async startCell(cell: Cell): Promise<void> {
    const index = this.notebook.cells.indexOf(cell);
    if (this.options.logOutput) {
      this.options.log?.("INFO", `Executing Cell ${String(index + 1).padEnd(40, "-")}`);
    }
    this.#cellStart = new Date();
    startCell(cell, this.#cellStart);
    if (cell.cell_type === "code") await this.#saver.save();
    await this.options.hooks?.onCellStart?.(cell, index, this.notebook.cells.length);
  }

  output(cell: CodeCell, output: Output): void {
    this.#saver.autosave();
    if (output.output_type !== "stream") {
      this.#tell(cell, this.mask.output(output));
      return;
    }
    const filter = this.#filters.get(output.name) ?? this.mask.stream();
    this.#filters.set(output.name, filter);
    const text = filter(output.text);
    if (text !== "") this.#tell(cell, { ...output, text });
  }

  /** Passes an output without secrets on to listeners, files and the log. */
  #tell(cell: CodeCell, output: Output): void {
    const { hooks, log, logOutput } = this.options;
    hooks?.onOutput?.(cell, this.notebook.cells.indexOf(cell), output);
    if (output.output_type === "stream") {
      const file = this.#files.get(output.name);
      if (file !== undefined) writeSync(file, output.text);
      if (logOutput) log?.(output.name === "stderr" ? "WARNING" : "INFO", output.text);
    } else if (logOutput && output.output_type !== "error") {
      const text = output.data["text/plain"];
      if (typeof text === "string") log?.("INFO", text);
    }
  }

  async endCell(cell: Cell, failure?: CellFailure, peakMemory?: number): Promise<void> {
    const index = this.notebook.cells.indexOf(cell);
    for (const [name, filter] of this.#filters) {
      const text = filter(undefined);
      if (text !== "") this.#tell(cell as CodeCell, { output_type: "stream", name, text });
    }
    if (this.options.logOutput) {
      this.options.log?.("INFO", `Ending Cell ${String(index + 1).padEnd(43, "-")}`);
    }
    endCell(cell, this.#cellStart, new Date(), failure ? "failed" : "completed");
    if (peakMemory !== undefined) cell.metadata.phenocover = { peak_memory: peakMemory };
    if (failure) {
      this.failed ??= { cell, failure };
      papermillOf(this.notebook).exception = true;
      await this.options.hooks?.onCellError?.(cell, index, failure);
    }
    if (cell.cell_type === "code") await this.#saver.save();
    await this.options.hooks?.onCellEnd?.(cell, index, this.notebook.cells.length);
  }

  /** Closes the records; a run whose engine did not come to its end has failed. */
  async end(completed: boolean): Promise<void> {
    endNotebook(this.notebook, this.#start, new Date(), !completed || this.failed !== undefined);
    const sections = sectionTimes(this.notebook);
    if (sections.length > 0) {
      this.notebook.metadata.phenocover = {
        ...objectAt(this.notebook.metadata, "phenocover"),
        sections,
      };
    }
    for (const file of this.#files.values()) closeSync(file);
    await this.#saver.save();
    await this.options.hooks?.onNotebookEnd?.(this.notebook);
  }
}

/** Gives a cell what an earlier run left in it. */
function keepRecord(cell: Cell, former: Cell): void {
  for (const key of ["papermill", "execution", "phenocover"]) {
    const value = former.metadata[key];
    if (value !== undefined) cell.metadata[key] = value;
  }
  if (cell.cell_type !== "code" || former.cell_type !== "code") return;
  cell.outputs = former.outputs;
  cell.execution_count = former.execution_count;
}
