import { basename, relative } from "node:path";
import { ProcessError } from "../errors.js";
import { findBrowser } from "../figures/browser.js";
import { DRAWING_SOCKET, startDrawingService } from "../figures/drawingService.js";
import { KERNEL_NAME } from "../kernel/kernelSpec.js";
import type { StandbyKernels } from "../notebook/client/standbyKernels.js";
import type { Parameters } from "../notebook/parameters/value.js";

/** One notebook to be executed for a run. */
export interface StepJob {
  /** Notebook of the package. */
  readonly notebook: string;
  /** Where the executed copy goes. */
  readonly output: string;
  readonly html: string;
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
  readonly onCell: (cell: number, cells: number) => void;
  readonly onOutput: (text: string) => void;
}

/** Executes one notebook; rejects when a cell fails or the kernel dies. */
export type ExecuteStep = (job: StepJob) => Promise<void>;

/** Executes the notebooks of a run, one after the other. */
export interface StepExecutor {
  readonly execute: ExecuteStep;
  /** Starts the kernel of the next notebook while the present one computes. */
  prepare(): void;
  /** Stops what was prepared in vain. */
  close(): Promise<void>;
}

/**
 * An executor whose notebooks run in kernels of their own, in the package's kernel, and draw their
 * figures in one browser.
 *
 * @param cwd working directory of the kernels
 */
export async function createStepExecutor(cwd: string, signal: AbortSignal): Promise<StepExecutor> {
  const { StandbyKernels } = await import("../notebook/client/standbyKernels.js");
  const browser = findBrowser();
  const drawing = browser === null ? null : await startDrawingService(browser);
  // To load the whole package takes most of a second.
  const kernels = new StandbyKernels('void (await import("phenocover"));', {
    ...(drawing && { [DRAWING_SOCKET]: drawing.socket }),
  });
  return {
    execute(job) {
      drawing?.warmUp();
      return execute(job, cwd, kernels);
    },
    prepare: () => kernels.prepare(KERNEL_NAME, { cwd, timeout: 60, signal }),
    async close() {
      await kernels.close();
      await drawing?.close();
    },
  };
}

/**
 * Executes a notebook and exports the executed copy as HTML.
 *
 * @throws ProcessError with cell, first line of the error and path of the executed copy
 */
async function execute(job: StepJob, cwd: string, kernels: StandbyKernels): Promise<void> {
  const { executeNotebook } = await import("../notebook/executeNotebook.js");
  const { CellFailed } = await import("../notebook/run/runErrors.js");
  const { outputText } = await import("../notebook/run/outputRecorder.js");
  const { writeHtml } = await import("../notebook/html/writeHtml.js");
  const here = (path: string) => relative(process.cwd(), path);
  try {
    await executeNotebook(here(job.notebook), here(job.output), {
      parameters: job.parameters,
      cwd,
      kernels,
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
}
