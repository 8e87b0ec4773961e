import { parentPort } from "node:worker_threads";
import type { Answer, Order } from "./channel.js";
import { packError } from "./packedError.js";
import { createReceiver } from "./receiver.js";

/** Entry of a worker thread or child process. */
const listen = createReceiver((answer: Answer) => {
  const sent = answer.kind === "error" ? { ...answer, error: packError(answer.error) } : answer;
  if (parentPort) parentPort.postMessage(sent);
  else process.send?.(sent);
});

if (parentPort) parentPort.on("message", (order: Order) => listen(order));
else {
  process.on("message", (order: Order) => listen(order));
  // Without its parent a child has nobody to work for.
  process.on("disconnect", () => process.exit(0));
}
