import { basename, relative } from "node:path";
import { ProcessError } from "../errors.js";
import type { Output } from "../notebook/document/notebook.js";
import type { Parameters } from "../notebook/parameters/value.js";

/** One notebook to be executed for a run. */
export interface StepJob {
  /** Notebook of the package. */
  readonly notebook: string;
  /** Where the executed copy goes. */
  readonly output: string;
  readonly html: string;
  readonly parameters: Parameters;
  /** Working directory of the kernel. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly onCell: (cell: number, cells: number) => void;
  readonly onOutput: (text: string) => void;
}

/** Executes one notebook; rejects when a cell fails or the kernel dies. */
export type ExecuteStep = (job: StepJob) => Promise<void>;

/** What of an output can be told in a line of progress. */
function outputText(output: Output): string {
  return output.output_type === "stream" ? output.text : "";
}

/**
 * Executes a notebook in its own kernel and exports the executed copy as HTML.
 *
 * @throws ProcessError with cell, first line of the error and path of the executed copy
 */
export const executeStep: ExecuteStep = async (job) => {
  const { executeNotebook } = await import("../notebook/executeNotebook.js");
  const { CellFailed } = await import("../notebook/run/runErrors.js");
  const { writeHtml } = await import("../notebook/html/writeHtml.js");
  const here = (path: string) => relative(process.cwd(), path);
  try {
    await executeNotebook(here(job.notebook), here(job.output), {
      parameters: job.parameters,
      cwd: job.cwd,
      signal: job.signal,
      hooks: {
        onCellStart: (_, index, total) => job.onCell(index + 1, total),
        onOutput: (_, __, output) => job.onOutput(outputText(output)),
      },
    });
  } catch (error) {
    job.signal.throwIfAborted();
    if (!(error instanceof CellFailed)) throw error;
    const { ename, evalue } = error.failure;
    throw new ProcessError(
      `${basename(job.notebook, ".ipynb")}, In [${error.executionCount ?? "None"}]`,
      `${ename}: ${evalue.split("\n")[0]} (see ${here(job.output)})`,
      { cause: error },
    );
  }
  job.signal.throwIfAborted();
  await writeHtml(job.output, job.html);
};
