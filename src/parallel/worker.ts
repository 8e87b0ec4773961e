import { parentPort } from "node:worker_threads";
import type { Answer, Order } from "./channel.js";
import { createReceiver } from "./receiver.js";

/** Entry of a worker thread or child process. */
const listen = createReceiver((answer: Answer) => {
  if (parentPort) parentPort.postMessage(answer);
  else process.send?.(answer);
});

if (parentPort) parentPort.on("message", (order: Order) => listen(order));
else {
  process.on("message", (order: Order) => listen(order));
  // Without its parent a child has nobody to work for.
  process.on("disconnect", () => process.exit(0));
}
