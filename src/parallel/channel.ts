import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { unpackError } from "./packedError.js";
import { createReceiver } from "./receiver.js";

/** The line to one worker. */
export interface Channel {
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
      readonly context: unknown;
    }
  | { readonly kind: "task"; readonly name: string; readonly task: unknown };

/** Runs tasks in the caller's own thread. */
export function inlineChannel(): Channel {
  let answer: (message: Answer) => void = () => {};
  let stopped = false;
  const receive = createReceiver((message) => {
    if (!stopped) answer(message);
  });
  return {
    send: (message) => receive(message as Order),
    listen(onMessage) {
      answer = onMessage;
    },
    stop() {
      stopped = true;
    },
  };
}

function unpacked(answer: Answer): Answer {
  return answer.kind === "error" ? { ...answer, error: unpackError(answer.error) } : answer;
}

/** Starts one thread of a pool of so many. */
export function threadChannel(workers: number): Channel {
  // geotiff's `web-worker` takes a thread without worker data for its own and fails on it.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { workers } });
  return {
    send: (message) => worker.postMessage(message),
    listen(onMessage, onEnd) {
      worker.on("message", (answer: Answer) => onMessage(unpacked(answer)));
      worker.on("error", (error) => onEnd(String(error.stack ?? error)));
      worker.on("exit", (code) => onEnd(`exited with code ${code}`));
    },
    stop: () => void worker.terminate(),
  };
}

/** Starts a child process. */
export function processChannel(
  env: Readonly<Record<string, string>>,
  ignoreStderr?: RegExp,
): Channel {
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
      child.on("message", (answer) => onMessage(unpacked(answer as Answer)));
      child.on("error", (error) => onEnd(String(error)));
      child.on("exit", (code, signal) => onEnd(`exited with ${signal ?? `code ${code}`}`));
    },
    stop: () => void child.kill("SIGKILL"),
  };
}
