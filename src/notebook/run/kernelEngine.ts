import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KernelClient, KernelDied } from "../client/kernelClient.js";
import { findKernelSpec } from "../client/kernelSpec.js";
import type { KernelMessage } from "../client/message.js";
import { cellTags } from "../document/cells.js";
import { type CodeCell, isJsonObject } from "../document/notebook.js";
import type { CellFailure, EngineRun } from "./engine.js";
import { pythonNames } from "./names/pythonNames.js";
import { requireNames } from "./names/requireNames.js";
import { applyCarriageReturns, OutputRecorder, recordTiming } from "./outputRecorder.js";
import { peakMemory, resetPeakMemory } from "./peakMemory.js";

/** Seconds that an interrupted cell may take to end before its kernel is stopped. */
const GRACE = 3;

/** Milliseconds of silence after the last cell until late output is taken as complete. */
const LATE_OUTPUT = 40;

/**
 * Executes cells, one after the other, in an installed kernel.
 *
 * @throws NotebookError before the first cell when one reads a name that only a skipped cell declares
 */
export async function kernelEngine(run: EngineRun): Promise<void> {
  const spec = await findKernelSpec(run.kernelName);
  const start = {
    cwd: run.cwd,
    timeout: run.startTimeout,
    // as Jupyter servers name it: local imports are looked for beside the notebook
    env: { JPY_SESSION_NAME: resolve(run.name) },
    ...(run.transport ? { transport: run.transport } : {}),
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const client = await (run.kernels?.take(spec, start) ?? KernelClient.start(spec, start));
  try {
    run.log("INFO", `Executing notebook with kernel: ${spec.name}`);
    const { language_info: language } = client.info;
    if (isJsonObject(language)) run.notebook.metadata.language_info = language;
    await refuseMissingNames(run, client, spec.language);
    const recorder = new OutputRecorder();
    for (const cell of [...run.notebook.cells]) {
      if (run.skipped.has(cell)) continue;
      await run.startCell(cell);
      let failure: CellFailure | undefined;
      let peak: number | undefined;
      if (cell.cell_type === "code" && isExecutable(cell)) {
        resetPeakMemory(client.pid);
        failure = await executeCell(run, client, recorder, cell);
        peak = peakMemory(client.pid);
        finishStreams(cell);
      }
      await run.endCell(cell, failure, peak);
      if (failure && (failure.final || !run.keepGoing)) break;
    }
    await client.drain(LATE_OUTPUT);
    const { widgets } = recorder;
    if (widgets) run.notebook.metadata.widgets = widgets;
  } finally {
    await client.close();
  }
}

/** With cells left out, the others must not need what those would have declared. */
async function refuseMissingNames(
  run: EngineRun,
  client: KernelClient,
  language: string,
): Promise<void> {
  // those of TypeScript are checked before any kernel is started
  if (run.skipped.size === 0 || language === "typescript") return;
  if (client.info.implementation !== "ipython") {
    run.log("WARNING", `Names of skipped cells are not checked in ${language || "this language"}`);
    return;
  }
  const sources = run.notebook.cells.flatMap((cell) =>
    cell.cell_type === "code" ? [run.sourceOf(cell)] : [],
  );
  requireNames(run.name, run.notebook, run.skipped, await pythonNames(client, sources));
}

function isExecutable(cell: CodeCell): boolean {
  return cell.source.trim() !== "" && !cellTags(cell).includes("skip-execution");
}

async function executeCell(
  run: EngineRun,
  client: KernelClient,
  recorder: OutputRecorder,
  cell: CodeCell,
): Promise<CellFailure | undefined> {
  const mayFail = cellTags(cell).includes("raises-exception");
  const onOutput = (message: KernelMessage): void => {
    const output = recorder.record(message, cell);
    if (output) run.output(cell, output);
  };
  const execution = client.execute(run.sourceOf(cell), {
    stopOnError: !mayFail,
    onOutput,
  });
  // it may also fail after a timeout, when nobody waits for it any more
  execution.catch(() => {});
  const stop = new AbortController();
  try {
    const outcome = await Promise.race([
      execution,
      timeLimit(run.executionTimeout, stop.signal),
      stopRequest(run.signal, stop.signal),
    ]);
    if (outcome === "timeout" || outcome === "stopped") {
      await client.interrupt();
      const ended = await Promise.race([
        execution.then(
          () => true,
          () => false,
        ),
        sleep(GRACE * 1000, false, stop),
      ]);
      const failure =
        outcome === "timeout"
          ? failed(
              "CellTimeoutError",
              `the cell took longer than ${run.executionTimeout} s`,
              !ended,
            )
          : failed("Interrupted", "the run was stopped", true);
      addError(cell, failure);
      return failure;
    }
    recordTiming(outcome, cell);
    return mayFail ? undefined : replyFailure(outcome, cell);
  } catch (error) {
    if (!(error instanceof KernelDied)) throw error;
    const failure = failed("DeadKernelError", error.message, true);
    addError(cell, failure);
    return failure;
  } finally {
    stop.abort();
  }
}

async function timeLimit(seconds: number | undefined, end: AbortSignal): Promise<"timeout"> {
  if (seconds === undefined) return new Promise(() => {});
  // rejects when the race is over, which nobody hears
  return sleep(seconds * 1000, "timeout", { signal: end });
}

async function stopRequest(signal: AbortSignal | undefined, end: AbortSignal): Promise<"stopped"> {
  return new Promise((done) => {
    if (signal?.aborted) done("stopped");
    signal?.addEventListener("abort", () => done("stopped"), { once: true, signal: end });
  });
}

/** A reply that is not `ok` is a failure, also when the kernel published no error. */
function replyFailure(reply: KernelMessage, cell: CodeCell): CellFailure | undefined {
  const { status, ename, evalue, traceback } = reply.content;
  if (status === "ok") return undefined;
  const failure: CellFailure =
    status === "error"
      ? {
          ename: String(ename ?? "Error"),
          evalue: String(evalue ?? ""),
          traceback: Array.isArray(traceback) ? traceback.map(String) : [],
          final: false,
        }
      : failed("CellAborted", `the kernel did not run the cell (status ${status})`, false);
  if (!cell.outputs.some((output) => output.output_type === "error")) addError(cell, failure);
  return failure;
}

function failed(ename: string, evalue: string, final: boolean): CellFailure {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`], final };
}

function addError(cell: CodeCell, { ename, evalue, traceback }: CellFailure): void {
  cell.outputs.push({ output_type: "error", ename, evalue, traceback: [...traceback] });
}

function finishStreams(cell: CodeCell): void {
  for (const output of cell.outputs) {
    if (output.output_type === "stream") output.text = applyCarriageReturns(output.text);
  }
}
