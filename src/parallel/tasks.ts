import { ProcessError } from "../errors.js";
import { inlineChannel, type Order, processChannel, threadChannel } from "./channel.js";

/** What a task function receives besides its task. */
export interface TaskContext<C> {
  /** The value given as `context` to {@link openWorkers}; typed arrays over shared memory stay shared in threads. */
  readonly context: C;
  /** Sends a message to the caller's `onMessage`. */
  report(message: unknown): void;
}

/** A function that a worker calls; it is exported by name from the module that `module` points to. */
export type TaskFunction<T, R, C = undefined> = (
  task: T,
  context: TaskContext<C>,
) => R | Promise<R>;

/** How workers are started. */
export interface WorkerOptions<C> {
  /** Module that exports the task functions, as `new URL("./x.js", import.meta.url)`. */
  readonly module: URL;
  /** Value handed to every worker once. */
  readonly context?: C;
  /** Number of workers, at least 1. */
  readonly workers: number;
  /**
   * `thread` shares memory with the caller; `process` isolates native libraries; `inline` is the
   * caller's own thread, for work that takes less than starting another one.
   */
  readonly kind?: "thread" | "process" | "inline";
  /** Environment variables added for processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of a process's stderr that are not passed on, such as a library's greeting. */
  readonly ignoreStderr?: RegExp;
  readonly signal?: AbortSignal;
}

/** What the caller hears while tasks run. */
export interface TaskEvents<R> {
  readonly onResult?: (index: number, result: R, done: number) => void;
  readonly onMessage?: (index: number, message: unknown) => void;
}

/** Workers that stay for several rounds of tasks. */
export interface Workers {
  /**
   * Runs every task by the exported {@link TaskFunction} of the given name and returns the results
   * in task order, whatever worker took them. One round at a time; the first failure ends the pool.
   *
   * @throws ProcessError when a worker dies; the task's own error when it throws
   */
  run<T, R>(name: string, tasks: readonly T[], events?: TaskEvents<R>): Promise<R[]>;
  /**
   * The same, one result after the other in task order. No task starts more than `ahead` places
   * before the result that is waited for, so that results that nobody has taken yet do not pile up.
   */
  stream<T, R>(
    name: string,
    tasks: readonly T[],
    options: { readonly ahead: number; readonly onMessage?: TaskEvents<R>["onMessage"] },
  ): AsyncGenerator<R>;
  /** Ends the workers, whatever they are doing. */
  close(): void;
}

/** Starts workers. */
export function openWorkers<C = undefined>(options: WorkerOptions<C>): Workers {
  const { module, kind = "thread", signal } = options;
  signal?.throwIfAborted();
  let name = module.pathname;
  let failure: { readonly error: unknown } | undefined;
  let reject: (error: unknown) => void = () => {};
  const fail = (error: unknown) => {
    failure ??= { error };
    reject(error);
  };
  let onAnswer: (worker: number, result: unknown) => void = () => {};
  let onMessage: (worker: number, message: unknown) => void = () => {};
  const count = kind === "inline" ? 1 : Math.max(1, Math.floor(options.workers));
  const start = {
    thread: () => threadChannel(count),
    process: () => processChannel(options.env ?? {}, options.ignoreStderr),
    inline: inlineChannel,
  }[kind];
  const channels = Array.from({ length: count }, start);
  for (const [worker, channel] of channels.entries()) {
    channel.listen(
      (answer) => {
        try {
          if (answer.kind === "message") onMessage(worker, answer.message);
          else if (answer.kind === "error") fail(answer.error);
          else onAnswer(worker, answer.result);
        } catch (error) {
          fail(error);
        }
      },
      (reason) => fail(new ProcessError(`${kind} of ${name}`, reason)),
    );
    const { context } = options;
    channel.send({ kind: "start", module: module.href, context } satisfies Order);
  }
  const abort = () => fail(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });

  /** Hands tasks to workers as far as the caller allows. */
  function startRound<T, R>(
    task: string,
    tasks: readonly T[],
    take: (index: number, result: R) => void,
    onTaskMessage?: TaskEvents<R>["onMessage"],
  ) {
    name = task;
    const current = channels.map(() => -1);
    const idle = new Set(channels.keys());
    let next = 0;
    let allowed = 0;
    let check = () => {};
    const give = () => {
      for (const worker of idle) {
        if (next >= Math.min(allowed, tasks.length)) return;
        idle.delete(worker);
        current[worker] = next++;
        channels[worker]!.send({ kind: "task", name, task: tasks[current[worker]!] });
      }
    };
    onMessage = (worker, message) => onTaskMessage?.(current[worker]!, message);
    onAnswer = (worker, result) => {
      idle.add(worker);
      take(current[worker]!, result as R);
      give();
      check();
    };
    return {
      /** Lets the first `count` tasks start. */
      allow(count: number): void {
        allowed = count;
        give();
      },
      /** Resolves once the condition holds after some result; rejects when a task or worker fails. */
      until: (holds: () => boolean) =>
        new Promise<void>((resolve, stop) => {
          reject = stop;
          if (failure) return stop(failure.error);
          check = () => {
            if (holds()) resolve();
          };
          check();
        }),
    };
  }

  return {
    async run<T, R>(task: string, tasks: readonly T[], events: TaskEvents<R> = {}): Promise<R[]> {
      const results = new Array<R>(tasks.length);
      let done = 0;
      const { onMessage, onResult } = events;
      const take = (index: number, result: R) => {
        results[index] = result;
        done++;
        onResult?.(index, result, done);
      };
      const round = startRound(task, tasks, take, onMessage);
      round.allow(tasks.length);
      await round.until(() => done === tasks.length);
      return results;
    },
    async *stream<T, R>(
      task: string,
      tasks: readonly T[],
      { ahead, onMessage }: { ahead: number; onMessage?: TaskEvents<R>["onMessage"] },
    ): AsyncGenerator<R> {
      const waiting = new Map<number, R>();
      const take = (index: number, result: R) => void waiting.set(index, result);
      const round = startRound(task, tasks, take, onMessage);
      for (let index = 0; index < tasks.length; index++) {
        round.allow(index + Math.max(1, ahead));
        await round.until(() => waiting.has(index));
        const result = waiting.get(index)!;
        waiting.delete(index);
        yield result;
      }
    },
    close() {
      signal?.removeEventListener("abort", abort);
      for (const channel of channels) channel.stop();
    },
  };
}

/** One round of tasks on workers of its own. */
export interface TaskOptions<T, R, C> extends WorkerOptions<C>, TaskEvents<R> {
  /** Name of the exported {@link TaskFunction}. */
  readonly name: string;
  /** Work items. */
  readonly tasks: readonly T[];
}

/**
 * Starts workers, runs every task and ends the workers; see {@link Workers.run}.
 * The outcome does not depend on the number of workers as long as a task depends on nothing but
 * itself and the context.
 */
export async function runTasks<T, R, C = undefined>(options: TaskOptions<T, R, C>): Promise<R[]> {
  const { name, tasks } = options;
  options.signal?.throwIfAborted();
  if (tasks.length === 0) return [];
  const workers = openWorkers({ ...options, workers: Math.min(options.workers, tasks.length) });
  try {
    return await workers.run(name, tasks, options);
  } finally {
    workers.close();
  }
}
