import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import { endpoint } from "./connection.js";
import { History } from "./history.js";
import { interruptCell } from "./interrupt.js";
import { FLUSHED } from "./sharedState.js";
import type { FromSockets, SocketOptions, ToSockets } from "./socketLink.js";
import { BATCH_MILLISECONDS, StreamReader } from "./streamRing.js";
import { type MessageHeader, WireFormat, type WireRequest } from "./wireMessage.js";

/*
 * Thread of the kernel's sockets. It answers by itself whatever needs no compiler, so that
 * heartbeat, kernel information, interrupt and shutdown work while a cell computes.
 */

const { connection, state, kernelInfo } = workerData as SocketOptions;
const main = parentPort!;
const wire = new WireFormat(connection.key, connection.signature_scheme);

const iopub = new Publisher({ sendHighWaterMark: 0, linger: 1000 });
const shell = new Router({ sendHighWaterMark: 0, linger: 1000 });
const control = new Router({ sendHighWaterMark: 0, linger: 1000 });
const stdin = new Router();
const heartbeat = new Reply();

/** Grace for the main thread to leave by itself after a shutdown request, in milliseconds. */
const SHUTDOWN_GRACE = 500;
/** Time for ZeroMQ's own thread to write what it was given, in milliseconds. */
const SEND_GRACE = 20;

interface Pending {
  readonly socket: Router;
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  /** whether the cell belongs to the history */
  readonly stored: boolean;
}

const history = new History();
const pending = new Map<number, Pending>();
let lastSerial = 0;

/** ZeroMQ refuses a send while another of the same socket is under way. */
const queues = new Map<object, Promise<void>>();
function send(socket: Publisher | Router, frames: Uint8Array[]): Promise<void> {
  const sent = (queues.get(socket) ?? Promise.resolve()).then(() => socket.send(frames));
  const settled = sent.catch((error: Error) => {
    if (!socket.closed) process.stderr.write(`kernel: a message was not sent: ${error.message}\n`);
  });
  queues.set(socket, settled);
  return settled;
}

function publish(type: string, content: unknown, parent: MessageHeader | undefined): Promise<void> {
  const topic = Buffer.from(`kernel.${type}`);
  return send(iopub, wire.encode([topic], type, parent, content));
}

function publishState(execution_state: string, parent: MessageHeader | undefined): Promise<void> {
  return publish("status", { execution_state }, parent);
}

const streams = new StreamReader(state, (serial, name, text) => {
  publish("stream", { name, text }, pending.get(serial)?.header);
});

/** Answers of this thread by request type; the reply type follows from it. */
const ownReplies: Readonly<Record<string, (content: WireRequest["content"]) => object>> = {
  kernel_info_request: () => kernelInfo,
  comm_info_request: () => ({ status: "ok", comms: {} }),
  history_request: (content) => history.answer(content),
  interrupt_request: () => {
    const serial = interruptCell(state.control);
    if (serial !== undefined) post({ kind: "interrupt", serial });
    return { status: "ok" };
  },
  shutdown_request: ({ restart = false }) => ({ status: "ok", restart }),
};

const computed = new Set([
  "execute_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
]);

async function handle(socket: Router, request: WireRequest): Promise<void> {
  const { header, identities, content } = request;
  const type = header.msg_type;
  if (computed.has(type)) {
    const serial = ++lastSerial;
    pending.set(serial, { socket, identities, header, stored: content.store_history !== false });
    post({ kind: "request", serial, type, content });
    return;
  }
  publishState("busy", header);
  const own = ownReplies[type];
  if (own !== undefined) {
    const replyType = type.replace(/_request$/, "_reply");
    const reply = own(content);
    send(socket, wire.encode(identities, replyType, header, reply));
    if (type === "shutdown_request") await publish(replyType, reply, header);
  } else if (type === "comm_open") {
    // The kernel registers no comm target; the protocol wants the refusal as a close.
    publish("comm_close", { comm_id: content.comm_id, data: {} }, header);
  }
  await publishState("idle", header);
  if (type === "shutdown_request") await shutDown();
}

async function shutDown(): Promise<void> {
  await finish();
  post({ kind: "shutdown" });
  await sleep(SHUTDOWN_GRACE);
  process.kill(process.pid, "SIGKILL");
}

/** Sends what is left and closes, without which ZeroMQ aborts the process when it exits. */
async function finish(): Promise<void> {
  streams.drain();
  await Promise.all(queues.values());
  for (const socket of [iopub, shell, control, stdin, heartbeat]) socket.close();
  await sleep(SEND_GRACE);
  Atomics.store(state.control, FLUSHED, 1);
  Atomics.notify(state.control, FLUSHED);
}

function post(message: FromSockets): void {
  main.postMessage(message);
}

async function receive(socket: Router): Promise<void> {
  for await (const frames of socket) {
    const request = wire.decode(frames);
    if (request === undefined) {
      process.stderr.write("kernel: a message with a wrong signature or form was refused\n");
    } else {
      await handle(socket, request);
    }
  }
}

async function beat(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

let drainPlanned = false;
main.on("message", async (message: ToSockets) => {
  if (message.kind === "streams") {
    if (message.now) {
      streams.drain();
    } else if (!drainPlanned) {
      drainPlanned = true;
      setTimeout(() => {
        drainPlanned = false;
        streams.drain();
      }, BATCH_MILLISECONDS);
    }
    return;
  }
  if (message.kind === "flush") {
    await finish();
    return;
  }
  // What was printed before a message goes out before it.
  streams.drain();
  const request = pending.get(message.serial);
  if (message.kind === "publish") {
    if (request?.stored) remember(message.type, message.content);
    publish(message.type, message.content, request?.header);
  } else if (request !== undefined) {
    const { socket, identities, header } = request;
    send(socket, wire.encode(identities, message.type, header, message.content));
  }
});

function remember(type: string, content: unknown): void {
  const {
    execution_count: line,
    code,
    data,
  } = content as {
    readonly execution_count: number;
    readonly code: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
  if (type === "execute_input") history.addInput(line, code);
  if (type === "execute_result") history.addOutput(line, String(data?.["text/plain"] ?? ""));
}

/** A kernel whose client is gone ends itself; Jupyter clients name themselves in JPY_PARENT_PID. */
function watchParent(): void {
  const client = Number(process.env.JPY_PARENT_PID);
  if (!(client > 0)) return;
  const parent = process.ppid;
  setInterval(() => {
    // A client that ended while the kernel started was no parent of it any more.
    if (process.ppid !== parent || hasEnded(client)) process.kill(process.pid, "SIGKILL");
  }, 1000);
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

try {
  await Promise.all([
    iopub.bind(endpoint(connection, "iopub")),
    shell.bind(endpoint(connection, "shell")),
    control.bind(endpoint(connection, "control")),
    stdin.bind(endpoint(connection, "stdin")),
    heartbeat.bind(endpoint(connection, "hb")),
  ]);
  publishState("starting", undefined);
  watchParent();
  for (const loop of [receive(shell), receive(control), beat()]) {
    loop.catch((error: Error) => post({ kind: "failed", problem: error.message }));
  }
  post({ kind: "ready" });
} catch (error) {
  post({ kind: "failed", problem: `${(error as Error).message} (${connection.ip})` });
}
