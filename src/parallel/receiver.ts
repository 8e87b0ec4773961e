import type { Answer, Order } from "./channel.js";
import type { TaskFunction } from "./tasks.js";

type Functions = Readonly<Record<string, TaskFunction<unknown, unknown, unknown>>>;

/** What a worker does with its orders: loads the module, then answers one task at a time. */
export function createReceiver(send: (answer: Answer) => void): (order: Order) => void {
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

  return (order) => {
    queue = queue.then(() => receive(order));
  };
}
