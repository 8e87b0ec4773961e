import { setImmediate as nextTurn } from "node:timers/promises";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { type CellOutputs, cellOutputs, type MimeBundle } from "../display.js";
import { ProcessError } from "../errors.js";
import { captureStreams } from "./capturedStreams.js";
import { type Cell, cellContext, cellOfPromise, newCell } from "./cell.js";
import { trackHelpers } from "./cellHelpers.js";
import { type CellSession, createCellSession } from "./cellSession.js";
import { type Connection, readConnection } from "./connection.js";
import { breakable, isForeignSignal, watchTensorFlow } from "./interrupt.js";
import { kernelInfo } from "./kernelInfo.js";
import { languageReply } from "./languageReplies.js";
import { notebookFolder, projectRoot } from "./projectRoot.js";
import { resultBundle, shownBundle } from "./representation.js";
import {
  BREAKABLE,
  createSharedState,
  FLUSHED,
  INTERRUPTED,
  RUNNING,
  type SharedState,
  SYNC_CHILD,
} from "./sharedState.js";
import type { FromSockets, SocketOptions, ToSockets } from "./socketLink.js";
import { type StreamName, StreamWriter } from "./streamRing.js";
import { describeDiagnostics, describeError, type ErrorContent } from "./traceback.js";

type Request = Extract<FromSockets, { kind: "request" }>;

/** Longest wait for the last output when the process ends, in milliseconds. */
const FLUSH_PATIENCE = 1000;

/**
 * Runs the TypeScript kernel for a Jupyter client until the client shuts it down, which ends the
 * process. The working directory becomes the project's root.
 *
 * @param connectionFile file in which the client says where to listen
 * @throws FileError for a bad connection file, ProcessError when a socket cannot be bound
 */
export async function startKernel(connectionFile: string): Promise<void> {
  const connection = readConnection(connectionFile);
  await new Kernel(connection).run();
}

/** Quiet time after the first cell until the editor's help is made ready, in milliseconds. */
const WARM_UP_AFTER = 500;

/** A cell that was stopped from outside. */
class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";
  constructor() {
    super("the cell was interrupted");
  }
}

/** The main thread's part of the kernel: takes requests one by one, compiles and runs cells. */
class Kernel {
  readonly #state: SharedState = createSharedState();
  readonly #sockets: Worker;
  readonly #streams: StreamWriter;
  readonly #queue: Request[] = [];
  readonly #aborted = new Set<number>();
  readonly #sources = new Map<number, string>();
  readonly #root = projectRoot(process.cwd());
  readonly #folder = notebookFolder();
  #session!: CellSession;
  #current: Cell | undefined;
  #last: Cell | undefined;
  #count = 0;
  #busy = false;
  /** expressions are numbered downwards, so that no cell has their number */
  #lastExpression = 2 ** 31;
  #warming: NodeJS.Timeout | undefined;
  /** whether somebody sits before the client, who may soon ask for completions */
  #attended = false;

  constructor(connection: Connection) {
    const workerData: SocketOptions = { connection, state: this.#state, kernelInfo: kernelInfo() };
    const script = new URL("./sockets.js", import.meta.url);
    this.#sockets = new Worker(script, { workerData, execArgv: [] });
    this.#streams = new StreamWriter(this.#state, (now) => this.#post({ kind: "streams", now }));
  }

  /** Listens for requests; settles only when the socket thread fails. */
  async run(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      const fail = (problem: string) => reject(new ProcessError("kernel sockets", problem));
      this.#sockets.on("error", (error) => fail(error.message));
      this.#sockets.on("message", (message: FromSockets) => {
        if (message.kind === "failed") fail(message.problem);
        if (message.kind === "shutdown") void this.#session.settled().then(() => process.exit(0));
        if (message.kind === "interrupt" && message.serial === this.#current?.serial) {
          this.#interrupt(this.#current);
        }
        if (message.kind === "request") {
          this.#queue.push(message);
          void this.#work();
        }
      });
    });
    failed.catch(() => {});
    process.chdir(this.#root);
    const { control } = this.#state;
    this.#session = createCellSession(this.#root, this.#folder, {
      interrupted: control.subarray(INTERRUPTED, INTERRUPTED + 1),
      stop: () => {
        throw new KeyboardInterrupt();
      },
      begin: () => Atomics.store(control, BREAKABLE, 1),
      waited: () => Atomics.store(control, BREAKABLE, 0),
      breakable: (run) => breakable(control, run),
      show: (bundle, id) => this.#show(bundle, id),
    });
    captureStreams(
      (stream, text) => this.#print(stream, text),
      control.subarray(SYNC_CHILD, SYNC_CHILD + 1),
    );
    trackHelpers();
    watchTensorFlow(control);
    const outputs: CellOutputs = {
      show: (value, id) => this.#show(value, id),
      clear: (wait) => this.#clear(wait),
    };
    Object.assign(globalThis, { [cellOutputs]: outputs });
    // Clients interrupt by message; a terminal sends the signal itself.
    process.on("SIGINT", () => {
      if (isForeignSignal(control) && this.#current) this.#interrupt(this.#current);
    });
    process.on("unhandledRejection", (reason, promise) =>
      this.#charge(reason, cellOfPromise(promise)),
    );
    process.on("uncaughtException", (error) => this.#charge(error, cellContext.getStore()));
    process.on("exit", () => this.#flush());
    await failed;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let request = this.#queue.shift(); request; request = this.#queue.shift()) {
      this.#publish(request.serial, "status", { execution_state: "busy" });
      const content = await this.#answer(request).catch((error) => ({
        status: "error",
        ...this.#describe(error),
      }));
      this.#reply(request, content);
      this.#publish(request.serial, "status", { execution_state: "idle" });
    }
    this.#busy = false;
    if (this.#attended) this.#warmUp();
  }

  /** The first completion is slow and clients wait for a second only: make one while all is quiet. */
  #warmUp(): void {
    if (this.#warming !== undefined) return;
    this.#warming = setTimeout(() => {
      if (!this.#busy) void this.#session.complete("", 0).catch(() => {});
    }, WARM_UP_AFTER).unref();
  }

  async #answer(request: Request): Promise<object> {
    if (this.#aborted.delete(request.serial)) return { status: "aborted" };
    if (request.type === "execute_request") return this.#execute(request);
    return languageReply(this.#session, request.type, request.content);
  }

  async #execute({ serial, content }: Request): Promise<object> {
    const source = String(content.code ?? "");
    const silent = content.silent === true;
    // Clients that run notebooks by themselves have nobody to ask for input.
    if (!silent && content.allow_stdin !== false) this.#attended = true;
    if (!silent && content.store_history !== false) this.#count++;
    const count = this.#count;
    const cell = newCell(serial, count, source);
    if (!silent) {
      this.#sources.set(count, source);
      this.#publish(serial, "execute_input", { code: source, execution_count: count });
    }
    const { error, result } = await this.#runCell(cell);
    if (error !== undefined) {
      this.#publish(serial, "error", error);
      if (content.stop_on_error !== false) await this.#abortWaiting();
      return { status: "error", execution_count: count, ...error };
    }
    if (result !== undefined && !silent) {
      this.#publish(serial, "execute_result", {
        execution_count: count,
        data: result,
        metadata: {},
      });
    }
    const user_expressions = await this.#evaluate(cell, content.user_expressions);
    return { status: "ok", execution_count: count, user_expressions, payload: [] };
  }

  /** Values of what a client asks for beside a cell; a failure of one is its own. */
  async #evaluate(cell: Cell, expressions: unknown): Promise<Record<string, object>> {
    const values: Record<string, object> = {};
    for (const [name, code] of Object.entries(expressions ?? {})) {
      const expression = newCell(cell.serial, cell.count, String(code));
      const { error, result = {} } = await this.#runCell(expression, --this.#lastExpression);
      values[name] = error
        ? { status: "error", ...error }
        : { status: "ok", data: result, metadata: {} };
    }
    return values;
  }

  async #runCell(
    cell: Cell,
    serial = cell.serial,
  ): Promise<{ error?: ErrorContent; result?: MimeBundle }> {
    const { control } = this.#state;
    this.#current = this.#last = cell;
    Atomics.store(control, RUNNING, cell.serial);
    try {
      const outcome = await cellContext.run(cell, () =>
        this.#session.execute(cell.source, serial, cell.count),
      );
      const result =
        outcome.kind === "done" && outcome.value !== undefined
          ? await resultBundle(outcome.value.of)
          : undefined;
      await Promise.all(cell.drawing);
      // Rejections that nobody handles are reported in the turn after the cell's own end.
      await nextTurn();
      if (outcome.kind === "refused") {
        return { error: describeDiagnostics(outcome.diagnostics, cell.source, cell.count) };
      }
      if (outcome.kind === "failed") return { error: this.#describeFailure(cell, outcome.error) };
      if (cell.failures.length > 0) return { error: this.#describe(cell.failures[0]) };
      return result === undefined ? {} : { result };
    } catch (error) {
      return { error: this.#describe(error) };
    } finally {
      Atomics.store(control, RUNNING, 0);
      this.#current = undefined;
    }
  }

  #describeFailure(cell: Cell, error: unknown): ErrorContent {
    const interrupted =
      cell.interrupted ||
      Atomics.load(this.#state.control, INTERRUPTED) === cell.serial ||
      (error as { code?: string } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
    return this.#describe(interrupted ? new KeyboardInterrupt() : error);
  }

  /** Ends the wait of a cell and what it has set going. */
  #interrupt(cell: Cell): void {
    cell.interrupted = true;
    this.#session.interrupt();
    for (const stop of cell.stops) stop();
  }

  #describe(error: unknown): ErrorContent {
    const sourceOf = (count: number) => this.#sources.get(count);
    return describeError(error, this.#session.places, sourceOf, this.#root);
  }

  /** A throw outside a cell's flow fails the cell that caused it, or is shown under it when late. */
  #charge(error: unknown, cell: Cell | undefined): void {
    const owner = cell ?? this.#current;
    if (owner?.interrupted) return;
    if (owner === undefined) {
      process.stderr.write(`kernel: ${inspect(error)}\n`);
    } else if (owner === this.#current) {
      owner.failures.push(error);
    } else {
      this.#publish(owner.serial, "error", this.#describe(error));
    }
  }

  /** Cells that were sent before this one failed are answered as not run. */
  async #abortWaiting(): Promise<void> {
    await nextTurn();
    for (const { type, serial } of this.#queue) {
      if (type === "execute_request") this.#aborted.add(serial);
    }
  }

  #print(stream: StreamName, text: string | Uint8Array): boolean {
    const cell = cellContext.getStore() ?? this.#last;
    if (cell === undefined) return false;
    this.#streams.write(cell.serial, stream, text);
    return true;
  }

  /** Shows a value under the cell that runs; one that takes time is waited for at the cell's end. */
  #show(value: unknown, id: string | undefined): void {
    const cell = cellContext.getStore() ?? this.#last;
    if (cell === undefined) return;
    const bundle = shownBundle(value);
    if (!(bundle instanceof Promise)) {
      this.#showBundle(cell, bundle, id);
      return;
    }
    const drawn = bundle
      .then((made) => this.#showBundle(cell, made, id))
      .catch((error) => this.#charge(error, cell))
      .finally(() => cell.drawing.delete(drawn));
    cell.drawing.add(drawn);
  }

  #showBundle(cell: Cell, bundle: MimeBundle, id: string | undefined): void {
    const update = id !== undefined && cell.displays.has(id);
    if (id !== undefined) cell.displays.add(id);
    this.#publish(cell.serial, update ? "update_display_data" : "display_data", {
      data: bundle,
      metadata: {},
      transient: id === undefined ? {} : { display_id: id },
    });
  }

  #clear(wait: boolean): void {
    const cell = cellContext.getStore() ?? this.#last;
    if (cell === undefined) return;
    cell.displays.clear();
    this.#publish(cell.serial, "clear_output", { wait });
  }

  /** Waits until the socket thread has sent what is left, since the process ends with this call. */
  #flush(): void {
    const { control } = this.#state;
    if (Atomics.load(control, FLUSHED) === 1) return;
    this.#post({ kind: "flush" });
    Atomics.wait(control, FLUSHED, 0, FLUSH_PATIENCE);
  }

  #publish(serial: number, type: string, content: unknown): void {
    this.#post({ kind: "publish", serial, type, content });
  }

  #reply({ serial, type }: Request, content: unknown): void {
    this.#post({ kind: "reply", serial, type: type.replace(/_request$/, "_reply"), content });
  }

  #post(message: ToSockets): void {
    this.#sockets.postMessage(message);
  }
}
