import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ProcessError } from "../errors.js";

/** What a task function receives besides its task. */
export interface TaskContext<C> {
  /** The value given as `context` to {@link runTasks}; typed arrays over shared memory stay shared in threads. */
  readonly context: C;
  /** Sends a message to the caller's `onMessage`. */
  report(message: unknown): void;
}

/** A function that a worker calls; it is exported by name from the module that `module` points to. */
export type TaskFunction<T, R, C = undefined> = (
  task: T,
  context: TaskContext<C>,
) => R | Promise<R>;

/** How tasks are run. */
export interface TaskOptions<T, R, C> {
  /** Module that exports the task function, as `new URL("./x.js", import.meta.url)`. */
  readonly module: URL;
  /** Name of the exported {@link TaskFunction}. */
  readonly name: string;
  /** Work items; results come back in the same order whatever worker took them. */
  readonly tasks: readonly T[];
  /** Value handed to every worker once. */
  readonly context?: C;
  /** Number of workers, at least 1. */
  readonly workers: number;
  /** `thread` shares memory with the caller; `process` isolates native libraries. */
  readonly kind?: "thread" | "process";
  /** Environment variables added for processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of a process's stderr that are not passed on, such as a library's greeting. */
  readonly ignoreStderr?: RegExp;
  readonly onResult?: (index: number, result: R, done: number) => void;
  readonly onMessage?: (index: number, message: unknown) => void;
  readonly signal?: AbortSignal;
}

interface Channel {
  send(message: unknown): void;
  listen(onMessage: (message: Answer) => void, onEnd: (reason: string) => void): void;
  stop(): void;
}

/** Messages from a worker. */
export type Answer =
  | { readonly kind: "message"; readonly message: unknown }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: unknown };

/** Messages to a worker. */
export type Order =
  | {
      readonly kind: "start";
      readonly module: string;
      readonly name: string;
      readonly context: unknown;
    }
  | { readonly kind: "task"; readonly task: unknown };

function threadChannel(): Channel {
  // geotiff's `web-worker` takes a thread without worker data for its own and fails on it.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: {} });
  return {
    send: (message) => worker.postMessage(message),
    listen(onMessage, onEnd) {
      worker.on("message", onMessage);
      worker.on("error", (error) => onEnd(String(error.stack ?? error)));
      worker.on("exit", (code) => onEnd(`exited with code ${code}`));
    },
    stop: () => void worker.terminate(),
  };
}

function processChannel(env: Readonly<Record<string, string>>, ignoreStderr?: RegExp): Channel {
  const child = fork(fileURLToPath(new URL("./worker.js", import.meta.url)), [], {
    serialization: "advanced",
    env: { ...process.env, ...env },
    // A child must not inherit inspector flags or a kernel's preloads.
    execArgv: [],
    stdio: ["ignore", "inherit", ignoreStderr ? "pipe" : "inherit", "ipc"],
  });
  if (child.stderr && ignoreStderr) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (!ignoreStderr.test(line)) process.stderr.write(`${line}\n`);
    });
  }
  return {
    send: (message) => void child.send(message as never),
    listen(onMessage, onEnd) {
      child.on("message", (message) => onMessage(message as Answer));
      child.on("error", (error) => onEnd(String(error)));
      child.on("exit", (code, signal) => onEnd(`exited with ${signal ?? `code ${code}`}`));
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

/**
 * Runs every task in a pool of workers and returns the results in task order.
 * The outcome does not depend on the number of workers as long as a task depends on nothing but
 * itself and the context. The first failure stops the pool.
 *
 * @throws ProcessError when a worker dies; the task's own error when it throws
 */
export async function runTasks<T, R, C = undefined>(options: TaskOptions<T, R, C>): Promise<R[]> {
  const { tasks, kind = "thread", signal } = options;
  const results = new Array<R>(tasks.length);
  const count = Math.max(1, Math.min(Math.floor(options.workers), tasks.length));
  if (tasks.length === 0) return results;
  signal?.throwIfAborted();
  const channels = Array.from({ length: count }, () =>
    kind === "thread" ? threadChannel() : processChannel(options.env ?? {}, options.ignoreStderr),
  );
  let next = 0;
  let done = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      for (const channel of channels) {
        let current = -1;
        const give = () => {
          if (next >= tasks.length) return;
          current = next++;
          channel.send({ kind: "task", task: tasks[current] } satisfies Order);
        };
        channel.listen(
          (answer) => {
            try {
              if (answer.kind === "message") options.onMessage?.(current, answer.message);
              else if (answer.kind === "error") reject(answer.error);
              else {
                results[current] = answer.result as R;
                done++;
                options.onResult?.(current, answer.result as R, done);
                if (done === tasks.length) resolve();
                else give();
              }
            } catch (error) {
              reject(error);
            }
          },
          (reason) => reject(new ProcessError(`${kind} of ${options.name}`, reason)),
        );
        channel.send({
          kind: "start",
          module: options.module.href,
          name: options.name,
          context: options.context,
        } satisfies Order);
        give();
      }
    });
  } finally {
    for (const channel of channels) channel.stop();
  }
  return results;
}
