import { parentPort } from "node:worker_threads";
import type { Answer, Order } from "./channel.js";
import type { TaskFunction } from "./tasks.js";

/** Entry of a worker thread or child process: loads the module, then answers one task at a time. */
const send = (answer: Answer): void => {
  if (parentPort) parentPort.postMessage(answer);
  else process.send?.(answer);
};

type Functions = Readonly<Record<string, TaskFunction<unknown, unknown, unknown>>>;

let functions: Functions = {};
let context: unknown;
let queue = Promise.resolve();

async function receive(order: Order): Promise<void> {
  try {
    if (order.kind === "start") {
      context = order.context;
      functions = (await import(order.module)) as Functions;
      return;
    }
    const run = functions[order.name]!;
    const report = (message: unknown) => send({ kind: "message", message });
    send({ kind: "result", result: await run(order.task, { context, report }) });
  } catch (error) {
    send({ kind: "error", error });
  }
}

const listen = (order: Order): void => {
  queue = queue.then(() => receive(order));
};

if (parentPort) parentPort.on("message", listen);
else {
  process.on("message", listen);
  // Without its parent a child has nobody to work for.
  process.on("disconnect", () => process.exit(0));
}
