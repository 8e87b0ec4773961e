import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dealer, Subscriber } from "zeromq";
import { ProcessError } from "../../errors.js";
import { isJsonObject, type JsonObject } from "../document/notebook.js";
import {
  type ConnectionPlan,
  canUseIpc,
  planConnection,
  type Transport,
} from "./connectionFile.js";
import { KernelProcess } from "./kernelProcess.js";
import type { KernelSpec } from "./kernelSpec.js";
import { decodeMessage, encodeRequest, type KernelMessage } from "./message.js";

/** How a kernel is started. */
export interface KernelStart {
  readonly cwd: string;
  /** seconds until a kernel that does not answer is given up */
  readonly timeout: number;
  /** Unix sockets unless their paths would be too long or the kernel cannot use them */
  readonly transport?: Transport;
  /** environment variables beside this process's */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The kernel ended while it was needed. */
export class KernelDied extends ProcessError {
  override readonly exitCode = 138;
}

interface Pending {
  readonly onOutput: (message: KernelMessage) => void;
  reply?: KernelMessage;
  idle: boolean;
  /** when its last message came, milliseconds of `performance.now` */
  last: number;
  wake: () => void;
}

/** Seconds without a message after a reply until output that never ended is taken as complete. */
const QUIET = 10;

/**
 * A connection to a running kernel. Output is received as it comes, before and after the reply and
 * the idle state, and goes to the request that it belongs to.
 */
export class KernelClient {
  readonly #process: KernelProcess;
  readonly #plan: ConnectionPlan;
  readonly #spec: KernelSpec;
  readonly #shell: Dealer;
  readonly #control: Dealer;
  readonly #iopub: Subscriber;
  readonly #session = randomUUID();
  readonly #requests = new Map<string, Pending>();
  readonly #receiving: Promise<void>[];
  #sending = Promise.resolve();
  #lastMessage = 0;
  #closed = false;
  /** answer to `kernel_info_request` */
  info: JsonObject = {};

  private constructor(
    zmq: typeof import("zeromq"),
    spec: KernelSpec,
    plan: ConnectionPlan,
    kernel: KernelProcess,
  ) {
    this.#spec = spec;
    this.#plan = plan;
    this.#process = kernel;
    const options = { linger: 0, reconnectInterval: 20 };
    this.#iopub = new zmq.Subscriber({ ...options, receiveHighWaterMark: 0 });
    this.#iopub.subscribe();
    this.#iopub.connect(plan.iopub);
    const routing = { ...options, routingId: this.#session, sendHighWaterMark: 0 };
    this.#shell = new zmq.Dealer({ ...routing, receiveHighWaterMark: 0 });
    this.#shell.connect(plan.shell);
    this.#control = new zmq.Dealer({ ...routing, receiveHighWaterMark: 0 });
    this.#control.connect(plan.control);
    this.#receiving = [this.#shell, this.#control, this.#iopub].map((socket) =>
      this.#receive(socket),
    );
    kernel.ended.then(() => {
      for (const request of this.#requests.values()) request.wake();
    });
  }

  /**
   * Starts a kernel and waits until it answers and its output arrives.
   *
   * @throws ProcessError when it does not start, KernelDied when it ends before it answers
   */
  static async start(spec: KernelSpec, options: KernelStart): Promise<KernelClient> {
    const transport = options.transport ?? (canUseIpc() ? "ipc" : "tcp");
    try {
      return await KernelClient.#start(spec, options, transport);
    } catch (error) {
      // some kernels know ports only and end at once when they are given paths
      if (options.transport !== undefined || transport === "tcp") throw error;
      if (!(error instanceof KernelDied)) throw error;
      return await KernelClient.#start(spec, options, "tcp");
    }
  }

  static async #start(
    spec: KernelSpec,
    options: KernelStart,
    transport: Transport,
  ): Promise<KernelClient> {
    const zmq = await import("zeromq");
    const plan = await planConnection(transport, spec.name);
    let kernel: KernelProcess;
    try {
      kernel = await KernelProcess.start(spec, plan.file, options.cwd, options.env);
    } catch (error) {
      await rm(plan.folder, { recursive: true, force: true });
      throw error;
    }
    const client = new KernelClient(zmq, spec, plan, kernel);
    try {
      await client.#ready(options);
    } catch (error) {
      await client.close();
      throw error;
    }
    return client;
  }

  async #ready({ timeout, signal }: KernelStart): Promise<void> {
    const end = performance.now() + timeout * 1000;
    for (;;) {
      const request = this.#send(this.#shell, "kernel_info_request", {}, () => {});
      const reply = await this.#settle(request, end, signal);
      if (reply === undefined) {
        throw new ProcessError(
          `kernel ${this.#spec.name}`,
          `no answer within ${timeout} s of its start${this.#lastWords()}`,
        );
      }
      this.info = reply.content;
      // the first states may be lost while iopub is still connecting: ask until one arrives
      const pending = this.#requests.get(request)!;
      for (let wait = 0; wait < 20 && !pending.idle; wait++) await sleep(5);
      const heard = pending.idle;
      this.#requests.delete(request);
      if (heard) return;
    }
  }

  /** Process id of the kernel. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Executes code and waits for its reply and the end of its output.
   *
   * @param onOutput receives what is published for this request, also after this call has ended
   * @throws KernelDied when the kernel ends meanwhile
   */
  async execute(
    code: string,
    options: {
      stopOnError: boolean;
      /** leave no trace in the kernel's count and history */
      silent?: boolean;
      onOutput: (message: KernelMessage) => void;
    },
  ): Promise<KernelMessage> {
    const content: JsonObject = {
      code,
      silent: options.silent ?? false,
      store_history: !options.silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: options.stopOnError,
    };
    const request = this.#send(this.#shell, "execute_request", content, options.onOutput);
    const reply = await this.#settle(request, Number.POSITIVE_INFINITY);
    const pending = this.#requests.get(request)!;
    while (!pending.idle && performance.now() - pending.last < QUIET * 1000) {
      if (this.#process.ending !== undefined) break;
      await this.#woken(pending, QUIET * 1000);
    }
    return reply!;
  }

  /** Stops what the kernel is doing, by signal or by message as its specification says. */
  async interrupt(): Promise<void> {
    if (this.#spec.interruptMode === "message") {
      const request = this.#send(this.#control, "interrupt_request", {}, () => {});
      await this.#settle(request, performance.now() + 2000).catch(() => undefined);
      this.#requests.delete(request);
    } else {
      this.#process.signal("SIGINT", true);
    }
  }

  /** Waits until nothing has arrived for `quiet` milliseconds: some kernels publish late. */
  async drain(quiet: number): Promise<void> {
    while (this.#process.ending === undefined && performance.now() - this.#lastMessage < quiet) {
      await sleep(quiet / 4);
    }
  }

  /** Asks the kernel to end, ends it where it does not, and removes the sockets. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#process.ending === undefined && Object.keys(this.info).length > 0) {
      const content: JsonObject = { restart: false };
      const request = this.#send(this.#control, "shutdown_request", content, () => {});
      await Promise.race([this.#process.ended, sleep(3000, undefined, { ref: false })]);
      this.#requests.delete(request);
    }
    await this.#process.kill();
    this.#closed = true;
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    await Promise.all(this.#receiving);
    await rm(this.#plan.folder, { recursive: true, force: true });
  }

  #send(
    socket: Dealer,
    type: string,
    content: JsonObject,
    onOutput: (message: KernelMessage) => void,
  ): string {
    const { id, frames } = encodeRequest(this.#plan.key, this.#session, type, content);
    this.#requests.set(id, { onOutput, idle: false, last: performance.now(), wake: () => {} });
    // a send fails only when the socket is closed, and then nobody waits for an answer
    this.#sending = this.#sending.then(() => socket.send(frames)).catch(() => {});
    return id;
  }

  /** Waits for a reply; undefined when `end` has passed. */
  async #settle(id: string, end: number, signal?: AbortSignal): Promise<KernelMessage | undefined> {
    const request = this.#requests.get(id)!;
    while (request.reply === undefined) {
      signal?.throwIfAborted();
      if (this.#process.ending !== undefined) {
        // what the kernel had sent before it ended may still be on its way
        await sleep(100);
        if (request.reply === undefined) throw this.#death();
        break;
      }
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.#woken(request, Math.min(left, 60_000), signal);
    }
    return request.reply;
  }

  async #woken(request: Pending, milliseconds: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(finish, milliseconds);
      signal?.addEventListener("abort", finish, { once: true });
      request.wake = finish;
      function finish(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        request.wake = () => {};
        done();
      }
    });
  }

  #death(): KernelDied {
    return new KernelDied(
      `kernel ${this.#spec.name}`,
      `died with ${this.#process.ending}${this.#lastWords()}`,
    );
  }

  #lastWords(): string {
    const last = this.#process.lastWords.split("\n").at(-1);
    return last ? `: ${last}` : "";
  }

  async #receive(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      const message = decodeMessage(this.#plan.key, frames as Buffer[]);
      if (message === undefined) continue;
      this.#lastMessage = performance.now();
      const request = this.#requests.get(message.parent);
      if (request === undefined) continue;
      request.last = this.#lastMessage;
      if (socket === this.#iopub) {
        request.onOutput(message);
        if (isIdle(message)) request.idle = true;
      } else {
        request.reply = message;
      }
      if (request.idle || request.reply) request.wake();
    }
  }
}

function isIdle(message: KernelMessage): boolean {
  return (
    message.type === "status" &&
    isJsonObject(message.content) &&
    message.content.execution_state === "idle"
  );
}
